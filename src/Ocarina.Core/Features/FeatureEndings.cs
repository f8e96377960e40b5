using System.Collections.Immutable;

namespace Ocarina.Core.Features;

/// <summary>What people have to be told when a number loses its features with its owner: nothing is decided about them then, they are simply gone (numbers.md 5.5, step 3).</summary>
public static class FeatureEndings
{
    /// <summary>The notices, in alphabetical order of the features.</summary>
    /// <param name="before">The number as it was.</param>
    /// <param name="after">The number as it will be; none when it is erased.</param>
    /// <param name="lists">The lists of its former owner.</param>
    public static ImmutableArray<FeatureNotice> Of(NumberRecord before, NumberRecord? after, FeatureLists lists)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(lists);
        if (before.Features.IsEmpty) return [];
        var (had, has) = (before.Features.ToObject(), after?.Features.ToObject() ?? []);
        return
        [
            .. from feature in (string[])[NumberFeatures.Mms, NumberFeatures.Sms]
               where had.ContainsKey(feature) && !has.ContainsKey(feature)
               let to = lists.MessagingOf(before.Carrier, feature) is { IsManual: true, NotifyTo: var people } ? people : null
               where to is not null
               select new FeatureNotice.ManualAction(feature, IsOn: false, to),
        ];
    }
}
