namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>A rate centre the account API has numbers in.</summary>
internal sealed record Bandwidth2Place(string AreaCode, string RateCenter, string City, string State, string Lata, string Zip)
{
    /// <summary>ISO 3166 alpha-3; the zip code column is empty for Canada.</summary>
    public string Country => Zip.Length == 0 ? "CAN" : "USA";
}

/// <summary>Geography of the stock: real area codes, rate centres, LATAs and states; the exchanges are drawn from the seed.</summary>
internal static class Bandwidth2Places
{
    /// <summary>The seven toll-free codes in use.</summary>
    public static readonly string[] TollFreeCodes = ["800", "833", "844", "855", "866", "877", "888"];

    // area code | rate centre | city | state | LATA | zip. Some cities carry a colon: recorded replies do.
    private const string Table = """
        415|SNFC CNTRL|SAN FRANCISCO|CA|722|94103
        415|CORTE MADERA|CORTE MADERA|CA|722|94925
        415|SAN RAFAEL|SAN RAFAEL|CA|722|94901
        415|SAUSALITO|SAUSALITO|CA|722|94965
        510|OKLD MN-PD|OAKLAND|CA|722|94607
        650|PALO ALTO|PALO ALTO|CA|722|94301
        408|SNJS WEST|SAN JOSE|CA|722|95129
        213|LSAN DA 01|LOS ANGELES|CA|730|90012
        310|BEVERLYHLS|BEVERLY HILLS|CA|730|90210
        310|COMPTON|COMPTON:GARDENA DA|CA|730|90220
        619|SAN DIEGO|SAN DIEGO|CA|732|92101
        916|SCRM MAIN|SACRAMENTO|CA|726|95814
        303|DENVER|DENVER|CO|656|80202
        303|BOULDER|BOULDER|CO|656|80302
        720|DENVER|DENVER|CO|656|80202
        970|FT COLLINS|FORT COLLINS|CO|656|80521
        212|NWYRCYZN01|NEW YORK CITY|NY|132|10001
        646|NWYRCYZN01|NEW YORK CITY|NY|132|10001
        718|NWYRCYZN09|BROOKLYN|NY|132|11201
        914|WHITPLAINS|WHITE PLAINS|NY|132|10601
        205|BIRMINGHAM|BIRMINGHAM|AL|476|35203
        205|TUSCALOOSA|TUSCALOOSA|AL|476|35401
        205|ALABASTER|ALABASTER|AL|476|35007
        251|MOBILE|MOBILE|AL|480|36602
        919|RALEIGH|RALEIGH|NC|426|27601
        919|CARY|CARY|NC|426|27511
        919|DURHAM|DURHAM|NC|426|27701
        252|NASHVILLE|NASHVILLE|NC|951|27856
        704|CHARLOTTE|CHARLOTTE|NC|422|28202
        973|MENDHAM|MENDHAM|NJ|224|07945
        201|JERSEYCITY|JERSEY CITY|NJ|224|07302
        617|BOSTON|BOSTON|MA|128|02108
        312|CHICAGOZ01|CHICAGO|IL|358|60601
        773|CHICAGOZ02|CHICAGO|IL|358|60614
        214|DALLAS|DALLAS|TX|552|75201
        281|HOUSTON|HOUSTON|TX|560|77002
        512|AUSTIN|AUSTIN|TX|558|78701
        305|MIAMI|MIAMI|FL|460|33131
        407|ORLANDO|ORLANDO|FL|458|32801
        404|ATLANTA|ATLANTA|GA|438|30303
        206|SEATTLE|SEATTLE|WA|674|98101
        503|PORTLAND|PORTLAND|OR|672|97204
        602|PHOENIX|PHOENIX|AZ|666|85004
        702|LAS VEGAS|LAS VEGAS|NV|721|89101
        801|SALT LAKE|SALT LAKE CITY|UT|660|84101
        612|MINNEAPOLS|MINNEAPOLIS|MN|628|55401
        313|DETROITZN1|DETROIT|MI|340|48226
        215|PHLADELPHA|PHILADELPHIA|PA|228|19103
        410|BALTIMORE|BALTIMORE|MD|238|21201
        202|WSHNGTNZN1|WASHINGTON|DC|236|20001
        804|RICHMOND|RICHMOND|VA|248|23219
        604|VANCOUVER|VANCOUVER|BC|888|
        416|TORONTO|TORONTO|ON|888|
        514|MONTREAL|MONTREAL|QC|888|
        403|CALGARY|CALGARY|AB|888|
        613|OTTAWAHULL|OTTAWA|ON|888|
        """;

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

    /// <summary>Every rate centre, in the order of the table.</summary>
    public static IReadOnlyList<Bandwidth2Place> All { get; } = Read();

    /// <summary>True when the area code is in use in the US or Canada.</summary>
    public static bool IsAreaCode(string areaCode) => AssignedSet.Contains(areaCode);

    /// <summary>True for the two letters of a state, district or province.</summary>
    public static bool IsState(string state) => StateSet.Contains(state);

    /// <summary>Rate centres whose calls are local to <paramref name="place"/>: the same LATA, and one far away (the carrier's own example for 919 shows 667 and 575).</summary>
    public static IEnumerable<Bandwidth2Place> NeighboursOf(Bandwidth2Place place)
    {
        var index = All.ToList().IndexOf(place);
        yield return All[(index + 11) % All.Count];
        foreach (var other in All)
        {
            if (other != place && other.Lata == place.Lata) yield return other;
        }
    }

    private static List<Bandwidth2Place> Read()
    {
        var places = new List<Bandwidth2Place>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var cells = line.Trim().Split('|');
            places.Add(new Bandwidth2Place(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]));
        }
        return places;
    }
}
