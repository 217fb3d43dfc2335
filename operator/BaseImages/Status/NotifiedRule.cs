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

        var others = string.Join(", ", failures.Skip(1).Select(o => o.Name));
        return Finding.False(
            failures[0].Reason,
            $"Receiver {failures[0].Name} of spec.notifications isn't told: {failures[0].Message}"
                + (others.Length > 0 ? $". Nor is {others}" : "")
        );
    }
}
