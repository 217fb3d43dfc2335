namespace GemmaOperator.Check;

/// <summary>Judges the rights, verb by verb.</summary>
internal static class RightsCheck
{
    private const string Name = "Rights";

    public static IEnumerable<CheckLine> Judge(CheckRequest request, IReadOnlyList<AskedRight> rights)
    {
        var who = request.Account is { } account ? $"service account {account}" : "you";
        if (rights.FirstOrDefault(r => r.Problem is not null) is { } refused)
        {
            return
            [
                CheckLine.Warn(
                    Name,
                    $"what {who} may do can't be asked: {refused.Problem}",
                    "ask as somebody who may create subjectaccessreviews, or in the operator's own pod"
                ),
            ];
        }

        var missing = rights.Where(r => !r.IsAllowed).Select(r => r.Right).ToList();
        return missing.Count == 0
            ? [CheckLine.Ok(Name, $"{who} may do all {rights.Count} things that the operator does")]
            : missing.Select(right =>
                CheckLine.Fail(
                    Name,
                    $"{who} may not {right}",
                    "grant it: helm upgrade, or kubectl apply -k deploy/all-namespaces, bind the operator's role"
                )
            );
    }
}
