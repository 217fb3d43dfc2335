using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Chooses the image to serve, and tells what it has to pass before it may; each question is
/// answered once for all rules.
/// </summary>
internal sealed class RolloutChoice
{
    private readonly Lazy<RolloutSettings> _settings;
    private readonly Lazy<ImageStatus?> _target;
    private readonly Lazy<ImageStatus?> _serving;
    private readonly Lazy<RolloutGate?> _gate;
    private readonly Lazy<PrePull?> _pull;

    public RolloutChoice(ImageSnapshot s)
    {
        Seen = s;
        _settings = Lazily(() => RolloutSettings.Of(s));
        _target = Lazily(ChooseTarget);
        _serving = Lazily(FindServing);
        _gate = Lazily(() => Target is { } target && !IsFree(target) ? RolloutGate.Find(s, target) : null);
        _pull = Lazily(() =>
            Target is { } target && !IsFree(target) ? PrePull.Find(s, target, Settings.For(target)) : null
        );
    }

    public ImageSnapshot Seen { get; }

    public RolloutSettings Settings => _settings.Value;

    /// <summary>
    /// Gets the image to serve: pinned by hand, else what runs while suspended, else the newest that isn't rejected;
    /// null when there is none.
    /// </summary>
    public ImageStatus? Target => _target.Value;

    /// <summary>
    /// Gets what serves, and may go on to; an image that was rejected only runs still, and what served before it is
    /// meant.
    /// </summary>
    public ImageStatus? Serving => _serving.Value;

    /// <summary>
    /// Gets the image that weights are fetched with: the target, unless it is of an engine that the spec asks for no
    /// more, and weights are what one of the asked engine waits for.
    /// </summary>
    public ImageStatus? Fetcher =>
        Target is { } target && !Settings.IsOfAskedEngine(target)
            ? Seen
                .Builds.Where(b => b.HasSucceeded)
                .Select(b => b.Status!.Application)
                .FirstOrDefault(a => a is not null && Settings.IsOfAskedEngine(a))
            : Target;

    /// <summary>Gets what the target waits for before it may be served; null when nothing.</summary>
    public RolloutGate? Gate => _gate.Value;

    /// <summary>Gets the target's way onto the nodes ahead of its pods; null when none is to be waited for.</summary>
    public PrePull? Pull => _pull.Value;

    /// <summary>Gets onto which nodes the target isn't pulled ahead, and why; null when there are none.</summary>
    public string? Omission =>
        Seen.Nodes is not null && Target is { } target && !IsFree(target)
            ? PullNodePolicy.Decide(Seen, Settings.For(target)).Omission
            : null;

    /// <summary>
    /// Returns whether nothing holds an image back: going back, what a person asked for by name, and changed settings
    /// of what serves wait for nobody.
    /// </summary>
    public bool IsFree(ImageStatus target) =>
        Seen.Workload.Identity == RunningImage.IdentityOf(target.Reference)
        || target.Digest == Seen.Status.ServingImage?.Digest
        || Seen.Pin is not null
        || IsRollback(target);

    /// <summary>
    /// Returns whether a newer good image than <paramref name="target"/> was given up; what a person asked for by name
    /// is no way back.
    /// </summary>
    public bool IsRollback(ImageStatus target) =>
        Seen.Pin is null
        && Seen.LatestGoodBuild?.Status!.Application is { } newest
        && newest.Digest != target.Digest
        && IsRejected(newest);

    private static Lazy<T> Lazily<T>(Func<T> make) => new(make, LazyThreadSafetyMode.None);

    private ImageStatus? ChooseTarget() =>
        Seen.Pin is { } pin
            ? Seen.Builds.FirstOrDefault(b => b.BuildName == pin.Build && b.HasSucceeded)?.Status!.Application
            : (Seen.Spec.Suspend ? Serving : null) ?? FindNewest() ?? Serving;

    private ImageStatus? FindNewest() =>
        Seen
            .Builds.Where(b => b.HasSucceeded)
            .Select(b => b.Status!.Application)
            .FirstOrDefault(a => a is not null && !IsRejected(a) && Settings.CanServe(a));

    private ImageStatus? FindServing()
    {
        if (Seen.Workload.Identity is not { } live)
        {
            return Seen.Status.ServingImage;
        }

        var present = new[] { Seen.Status.ServingImage, Seen.Status.PreviousImage }
            .Concat(Seen.Builds.Select(b => b.Status?.Application))
            .FirstOrDefault(i => RunningImage.IdentityOf(i?.Reference) == live);
        return present is not null && (IsRejected(present) || !Settings.CanServe(present))
            ? Seen.Status.ServingImage
            : present;
    }

    private bool IsRejected(ImageStatus image) =>
        Seen.Status.RejectedDigests?.Contains(image.Digest, StringComparer.Ordinal) == true || Settings.Rejects(image);
}
