using System.Globalization;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Says in words for people what the weights wait for.</summary>
internal static class ModelText
{
    private const double Giga = 1e9;
    private const double Mega = 1e6;

    /// <summary>Says what weights that aren't there yet wait for.</summary>
    public static string Awaited(ImageSnapshot s)
    {
        var what = s.KnownModel?.ToString() ?? s.Model.Text;
        return FetchPolicy.Judge(s) switch
        {
            FetchState.Due or FetchState.Running when FetchPolicy.LeavingClaim(s) is { Metadata: { } leaving } =>
                $"Claim {leaving.Name} is being deleted, which waits for the pods that use it "
                    + $"('kubectl delete pod -n {leaving.NamespaceProperty} -l "
                    + $"{ApiGroup.ImageLabel}={s.Image.Metadata.Name}' lets it go); then {what} is fetched anew",
            FetchState.Due due when s.Spec.Suspend =>
                $"{what} is to be fetched into claim {due.Claim} when spec.suspend is false",
            FetchState.Running { Hindrance: { } hindrance } running =>
                $"Job {running.Job.Metadata.Name}, which fetches {what}, doesn't start: {hindrance.Message}",
            FetchState.Running running =>
                $"Job {running.Job.Metadata.Name} fetches {what} into claim {running.Claim}{Progress(s)}",
            FetchState.Pausing pausing =>
                $"Fetching {what} failed ({s.Status.Model?.Fetch?.Reason}: {s.Status.Model?.Fetch?.Message}); it is "
                    + $"tried again at {pausing.Until:yyyy-MM-dd HH:mm:ss} UTC",
            FetchState.Failed failed => $"Fetching {what} failed ({failed.Report.Reason}: {failed.Report.Message})",
            FetchState.Due due => $"{what} is to be fetched into claim {due.Claim}",
            FetchState.Arrived => $"{what} has been fetched",
            _ => $"Asking which weights {what} stands for",
        };
    }

    /// <summary>Writes bytes as people read them: decimal, as hubs and disks count.</summary>
    public static string Size(long bytes) =>
        bytes >= Giga
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:0.0} GB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:0.0} MB");

    private static string Progress(ImageSnapshot s) =>
        s.Weights.Progress is { TotalBytes: > 0 } at ? $": {Size(at.Bytes)} of {Size(at.TotalBytes)}" : "";
}
