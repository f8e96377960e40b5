using Ocarina.Sandbox.Stock;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>What the account API knows of geography beyond the rate centres with stock.</summary>
internal static class Bandwidth2Places
{
    private const int FarAway = 11;

    // Area codes of the US and Canada that exist; a search in one without stock is empty, a search in any other is an error.
    private const string Assigned =
        "201 202 203 204 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 226 227 228 229 231 234 235 236 239 240 248 249 250 251 " +
        "252 253 254 256 257 260 262 263 267 269 270 272 274 276 279 281 283 289 301 302 303 304 305 306 307 308 309 310 312 313 314 315 316 317 318 319 " +
        "320 321 323 324 325 326 327 329 330 331 332 334 336 337 339 341 343 346 347 350 351 352 353 354 357 360 361 363 364 365 367 368 369 380 382 385 " +
        "386 401 402 403 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419 423 424 425 430 431 432 434 435 436 437 438 440 442 443 445 447 448 " +
        "450 457 458 463 464 468 469 470 471 472 473 474 475 478 479 480 483 484 501 502 503 504 505 506 507 508 509 510 512 513 514 515 516 517 518 519 " +
        "520 530 531 534 539 540 541 548 551 557 559 561 562 563 564 567 570 571 572 573 574 575 579 580 581 582 584 585 586 587 601 602 603 604 605 606 " +
        "607 608 609 610 612 613 614 615 616 617 618 619 620 623 624 626 628 629 630 631 636 639 640 641 645 646 647 650 651 656 657 659 660 661 662 667 " +
        "669 672 678 679 680 681 682 683 686 689 701 702 703 704 705 706 707 708 709 712 713 714 715 716 717 718 719 720 724 725 726 727 728 730 731 732 " +
        "734 737 740 742 743 747 753 754 757 760 762 763 765 769 770 771 772 773 774 775 778 779 780 781 782 785 786 801 802 803 804 805 806 807 808 810 " +
        "812 813 814 815 816 817 818 819 820 825 826 828 830 831 832 835 837 838 839 840 843 845 847 848 850 854 856 857 858 859 860 861 862 863 864 865 " +
        "867 870 872 873 878 879 901 902 903 904 905 906 907 908 909 910 912 913 914 915 916 917 918 919 920 924 925 928 929 930 931 934 936 937 938 940 " +
        "941 942 943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 978 979 980 983 984 985 986 989";

    private const string States =
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY " +
        "AB BC MB NB NL NS NT NU ON PE QC SK YT PR";

    private static readonly HashSet<string> AssignedSet = [.. Assigned.Split(' ')];
    private static readonly HashSet<string> StateSet = [.. States.Split(' ')];

    /// <summary>True when the area code is in use in the US or Canada.</summary>
    public static bool IsAreaCode(string areaCode) => AssignedSet.Contains(areaCode);

    /// <summary>True for the two letters of a state, district or province.</summary>
    public static bool IsState(string state) => StateSet.Contains(state);

    /// <summary>The city as this carrier writes it: in capitals, and of one place with a colon, as recorded replies have some.</summary>
    public static string CityOf(RateCenter center) => center.Name == "SNDG SNDG" ? "SAN DIEGO:SAN DIEGO DA" : center.City.ToUpperInvariant();

    /// <summary>Rate centres whose calls are local to <paramref name="center"/>: the same LATA, and one far away (the carrier's own example for 919 shows 667 and 575).</summary>
    public static IEnumerable<RateCenter> NeighboursOf(RateCenter center)
    {
        var index = RateCenter.All.ToList().IndexOf(center);
        yield return RateCenter.All[(index + FarAway) % RateCenter.All.Count];
        foreach (var other in RateCenter.All)
        {
            if (other != center && other.Lata == center.Lata) yield return other;
        }
    }
}
