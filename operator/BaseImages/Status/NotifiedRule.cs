namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what is told of receivers that couldn't be told; absent while there are none.</summary>
internal static class NotifiedRule
{
    public static Finding? Judge(ConditionFacts f)
    {
        if (f.Status.Notifications?.Failures is not { Count: > 0 } failures)
        {
            return null;
        }

        var name = failures[0].Name;
        var from = f.Seen.Inherited.Origin($"spec.notifications[{name}]");
        var others = string.Join(", ", failures.Skip(1).Select(o => o.Name));
        return Finding.False(
            failures[0].Reason,
            $"Receiver {name} of spec.notifications{from} isn't told: {failures[0].Message}"
                + (others.Length > 0 ? $". Nor is {others}" : "")
        );
    }
}
