using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Quickstart;

/// <summary>Follows one GemmaBaseImage until it is Ready or stalled, and tells what happens.</summary>
internal static class Progress
{
    /// <summary>Often enough for a person.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Holds how it ended.</summary>
    public sealed record Outcome(GemmaBaseImage Image, GemmaBuild? Build, TimeSpan Took)
    {
        public bool IsReady => Condition(Image, ConditionType.Ready) is { Status: "True" };
    }

    public static async Task<Outcome> FollowAsync(
        IKubeApi api,
        string ns,
        string name,
        CancellationToken cancellationToken
    )
    {
        var start = TimeProvider.System.GetTimestamp();
        var told = new HashSet<string>(StringComparer.Ordinal);
        GemmaBaseImage? image = null;
        GemmaBuild? build = null;
        try
        {
            while (true)
            {
                image = await api.GetAsync<GemmaBaseImage>(ns, name, cancellationToken);
                build = image?.Status?.LatestBuild is { } latest
                    ? await api.GetAsync<GemmaBuild>(ns, latest, cancellationToken)
                    : null;
                if (image?.Status is { } status && status.ObservedGeneration == image.Metadata.Generation)
                {
                    Tell(image, build);
                    if (
                        Condition(image, ConditionType.Ready) is { Status: "True" }
                        || Condition(image, ConditionType.Stalled) is not null
                    )
                    {
                        return new Outcome(image, build, TimeProvider.System.GetElapsedTime(start));
                    }
                }

                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (image is not null)
        {
            return new Outcome(image, build, TimeProvider.System.GetElapsedTime(start));
        }

        void Tell(GemmaBaseImage i, GemmaBuild? b)
        {
            var at = TimeProvider.System.GetElapsedTime(start);
            foreach (
                var type in new[]
                {
                    ConditionType.Reconciling,
                    ConditionType.Available,
                    ConditionType.Stalled,
                    ConditionType.Ready,
                }
            )
            {
                if (
                    Condition(i, type) is { } c
                    && (type != ConditionType.Ready || c.Status == "True")
                    && told.Add($"{type} {c.Reason} {c.Message}")
                )
                {
                    Screen.Progress(at, type == ConditionType.Reconciling ? c.Reason : $"{type}={c.Status}", c.Message);
                }
            }

            foreach (
                var step in (b?.Status?.Steps ?? []).Where(s =>
                    s.Result != "Running" && told.Add($"{b!.Metadata.Name} {s.Name}")
                )
            )
            {
                Screen.Progress(at, step.Name, step.Result);
            }
        }
    }

    public static V1Condition? Condition(GemmaBaseImage image, string type) =>
        image.Status?.Conditions.FirstOrDefault(c => c.Type == type);
}
