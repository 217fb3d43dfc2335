using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Approval;

/// <summary>
/// Waits for a person before a candidate is published that brings what wasn't published before, or of which nobody
/// knows whether it does: no tag moves, and nothing is made of it.
/// </summary>
/// <param name="Why">What is new.</param>
/// <param name="Command">The command that lets it go on.</param>
internal sealed record AwaitApproval(string Why, string Command) : PassiveStep
{
    /// <summary>Says how often it is looked whether somebody has.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private const int MostNames = 5;

    public override string Stage => ImageReason.Reconciling.AwaitingApproval;

    public override BuildHold? HeldBy => BuildHold.AwaitingApproval;

    public override SlotUse Slot => SlotUse.None;

    public static BuildStep? Decide(BuildSnapshot s) =>
        s.Approval is { IsGiven: false } approval
        // A first image has nothing to be compared with.
        && s.Published is not null
        && s.Candidate is not null
        && s.Status.Application is null
        && Reason(s) is { } why
            ? new AwaitApproval(why, approval.Command)
            : null;

    protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) =>
        status.Progressing(s, Stage, Message, HeldBy);

    protected override EventText? Tell(BuildSnapshot s, Nothing result) =>
        s.Status.HeldBy?.Value == BuildHold.AwaitingApproval ? null : new EventText(false, Stage, "Promote", Message);

    protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.After(Look);

    private string Message => $"The candidate has proved itself and waits for approval, since {Why}: {Command}";

    /// <summary>Each platform's packages count: they needn't be the same.</summary>
    private static string? Reason(BuildSnapshot s) =>
        PlatformPart.Of(s) is { Count: > 0 } parts
            ? parts
                .Select(part => WhyNot(part) is { } why ? $"{why} (on {part.Spec.Template.Platform.Text})" : null)
                .FirstOrDefault(why => why is not null)
            : WhyNot(s);

    /// <summary>
    /// Returns null where nothing is new, or the image is the published one, whatever that was compared with once.
    /// </summary>
    private static string? WhyNot(BuildSnapshot s) =>
        s.Published is not { } published ? "nothing is published that it could be compared with"
        : s.Candidate is { } own && own.Image.Digest == published.Status.Promoted?.Digest ? null
        : s.Status.Contents is not { } contents ? "nobody knows what it holds"
        : Unlisted(contents.Layers, published.Status.Contents?.Layers) is { } hidden ? hidden
        : contents.SameAs is not null ? null
        : contents is not { Comparison.Value: ContentsComparison.Compared, NewPackages: { } count }
            ? "it can't be compared with what is published"
        : contents.PathFiles is null ? "its .pth files can't be told"
        : count > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{count} Python packages or .pth files are new: {Names(contents)}"
            )
        : null;

    /// <summary>
    /// Says what the layers hold that the image's own list doesn't name: that list would bring anything in. What is
    /// published has been let through with its own, an environment beside the image's Python, for example.
    /// </summary>
    private static string? Unlisted(LayersStatus? layers, LayersStatus? before)
    {
        if (layers is not { Unlisted: > 0 and var count })
        {
            return null;
        }

        var known = (before?.Names ?? []).ToHashSet(StringComparer.Ordinal);
        return count == layers.Names.Count && layers.Names.All(known.Contains)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its layers hold Python packages that its own list doesn't name ({count}): "
            ) + Short(layers.Names);
    }

    private static string Names(ContentsStatus contents)
    {
        var names = contents
            .Changes.Where(c =>
                c.Kind.Value == PackageKind.PathFile || c is { Kind.Value: PackageKind.Python, Old.Length: 0 }
            )
            .Select(c => c.Kind.Value == PackageKind.PathFile ? c.Name : $"{c.Name} {c.New}")
            .ToList();
        return Short(names);
    }

    private static string Short(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? ", …" : "");
}
