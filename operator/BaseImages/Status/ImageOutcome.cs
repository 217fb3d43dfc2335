using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Plans;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Holds what carrying out a GemmaBaseImage's decisions led to.</summary>
internal sealed record ImageOutcome
{
    /// <summary>Gets what the registry said, if it was asked.</summary>
    public UpstreamBaseResolution? Base { get; init; }

    /// <summary>Gets what the tags of the base's line come to, if they were read.</summary>
    public ChannelAnswer? Channel { get; init; }

    /// <summary>Gets what was said of the weights' source, if it was asked.</summary>
    public ModelResolution? Model { get; init; }

    /// <summary>Gets what was answered to whoever asked what the spec leads to; null where nobody did.</summary>
    public PlanStatus? Plan { get; init; }

    /// <summary>Gets why there is no Job that asks the published image; null where one is, or isn't due.</summary>
    public string? ProbeRefused { get; init; }

    /// <summary>Gets the build that was created, if one was.</summary>
    public GemmaBuild? Started { get; init; }

    /// <summary>Gets the object as a build's announcement left it; null when none was written in this pass.</summary>
    public GemmaBaseImage? Left { get; init; }

    /// <summary>Gets the build that was told to stop, if one was.</summary>
    public GemmaBuild? Superseded { get; init; }

    /// <summary>Gets why no build could be created: its name is that of an earlier object's.</summary>
    public string? BuildConflict { get; init; }

    /// <summary>
    /// Gets why the API server takes no build (a quota, a policy, a bound that only it knows), as of all that is
    /// refused with the field that it came from.
    /// </summary>
    public string? BuildRefused { get; init; }

    /// <summary>Gets what became of images that left the history.</summary>
    public IReadOnlyList<EventText> Disposals { get; init; } = [];

    /// <summary>Gets why the workload couldn't be written: an object of that name belongs to somebody else.</summary>
    public string? WorkloadConflict { get; init; }

    /// <summary>Gets why the API server doesn't take the workload.</summary>
    public string? WorkloadRefused { get; init; }

    /// <summary>Gets what came of writing the workload.</summary>
    public WrittenWorkload Written { get; init; } = WrittenWorkload.Nothing;

    /// <summary>Gets what is there in front of the Service after it was written.</summary>
    public RoutingFacts Routing { get; init; } = RoutingFacts.None;

    /// <summary>Gets whether the API server took the pods' image volume for no volume: it has none.</summary>
    public bool ImageVolumeRefused { get; init; }

    /// <summary>Gets what may go wrong with the claim of pods that are being replaced.</summary>
    public string? ClaimWarning { get; init; }

    /// <summary>Gets onto which nodes the image of pods that are being replaced wasn't pulled ahead, and why.</summary>
    public string? Omission { get; init; }

    /// <summary>Gets why the API server takes no Job beside the workload (a quota, a policy).</summary>
    public string? JobRefused { get; init; }

    /// <summary>
    /// Gets why the API server doesn't do something on which neither a build nor what serves depends: a build that is
    /// to stop, or to leave the history, or a claim's mark.
    /// </summary>
    public string? OtherRefused { get; init; }

    /// <summary>Gets which objects of the workload were taken over, or let go.</summary>
    public IReadOnlyList<OwnerChange> Owners { get; init; } = [];

    /// <summary>Gets what became of the pod template to go back to, if its revision was found lost.</summary>
    public string? TemplateLost { get; init; }

    /// <summary>Gets why the pod template to go back to stays in the status; null when it has its revision.</summary>
    public string? TemplateNotKept { get; init; }

    /// <summary>Gets whether the API server refused anything, which is tried again.</summary>
    public bool IsRefused => (BuildRefused ?? WorkloadRefused ?? JobRefused ?? OtherRefused) is not null;

    /// <summary>Gets the Jobs beside the workload that are there now, made or found to be ours.</summary>
    public IReadOnlyList<V1Job> Made { get; init; } = [];

    /// <summary>Gets why the scan of a list of packages couldn't be started; null when nothing failed.</summary>
    public ScanState.Failed? ScanFailure { get; init; }

    /// <summary>Gets why a Job beside the workload can't be created, if one can't: its name.</summary>
    public NameTaken? JobBlocked { get; init; }
}
