using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Judges the Lease: who leads, and whether they live.</summary>
internal static class LeaseCheck
{
    private const string Name = "Lease";

    /// <summary>Clocks of machines differ.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    public static IEnumerable<CheckLine> Judge(CheckRequest request, Answer<V1Lease>? answer, DateTimeOffset now)
    {
        if (answer is null)
        {
            return [];
        }

        var (ns, lease) = (request.OperatorNamespace, $"{request.OperatorNamespace}/{CheckRequest.OperatorName}");
        if (answer.Value is not { } found)
        {
            return
            [
                answer.Problem is { } problem
                    ? CheckLine.Warn(Name, problem, $"ask as somebody who may get leases in {ns}")
                    : CheckLine.Warn(
                        Name,
                        $"{lease} isn't there: no operator has led in namespace {ns}",
                        "install it, or name its namespace with --operator-namespace"
                    ),
            ];
        }

        if (found.Spec?.HolderIdentity is not { Length: > 0 } holder)
        {
            return
            [
                CheckLine.Warn(
                    Name,
                    $"nobody holds {lease}: the last leader gave it up",
                    $"start the operator: kubectl -n {ns} get deployments,pods -l "
                        + "app.kubernetes.io/name=gemma-operator says why it doesn't run"
                ),
            ];
        }

        var lasts = TimeSpan.FromSeconds(found.Spec.LeaseDurationSeconds ?? 0);
        var age = now - new DateTimeOffset(found.Spec.RenewTime ?? DateTime.UnixEpoch, TimeSpan.Zero);
        return
        [
            age <= lasts + Margin
                ? CheckLine.Ok(Name, $"{lease} is held by {holder}")
                : CheckLine.Warn(
                    Name,
                    $"{lease} names {holder}, which hasn't renewed it since {found.Spec.RenewTime:u}",
                    "a running operator takes it over by itself; where none is to run, remove it: "
                        + $"kubectl -n {ns} delete lease {CheckRequest.OperatorName}"
                ),
        ];
    }
}
