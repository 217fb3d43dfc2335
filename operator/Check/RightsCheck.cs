namespace GemmaOperator.Check;

/// <summary>Judges the rights, verb by verb.</summary>
internal static class RightsCheck
{
    private const string Name = "Rights";

    private const string Grant =
        "bind the operator's role: helm upgrade --install, or kubectl apply --server-side -k deploy/all-namespaces";

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
        return missing.Count switch
        {
            0 => [CheckLine.Ok(Name, $"{who} may do all {rights.Count} things that the operator does")],
            var none when none == rights.Count =>
            [
                CheckLine.Fail(Name, $"{who} may do none of the {none} things that the operator does", Grant),
            ],
            _ => missing
                .GroupBy(right => right.Namespace)
                .SelectMany(ns =>
                    ns.Key.Length > 0 && rights.Where(r => r.Right.Namespace == ns.Key).All(r => !r.IsAllowed)
                        ? [CheckLine.Fail(Name, $"{who} may do nothing in namespace {ns.Key}: it isn't watched", Grant)]
                        : ns.Select(right => CheckLine.Fail(Name, $"{who} may not {right}", Grant))
                ),
        };
    }
}
