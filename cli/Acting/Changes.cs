using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Text;
using KubectlGemma.Cluster;
using KubectlGemma.Output;

namespace KubectlGemma.Acting;

/// <summary>
/// Decides what is written for each thing that people ask for: the same that docs/api.md has them write.
/// </summary>
internal static class Changes
{
    private const int MostReason = 200;

    /// <summary>Asks for a build. The reason travels in the request, and stands on the build that answers it.</summary>
    /// <exception cref="CliException">The reason can't be told.</exception>
    /// <param name="image">The object.</param>
    /// <param name="reason">Why; null for no reason.</param>
    /// <param name="keepsCache">Whether layers of the cache will do.</param>
    /// <param name="now">The time.</param>
    public static Change Rebuild(GemmaBaseImage image, string? reason, bool keepsCache, DateTime now)
    {
        if (reason is not null && (reason.Length > MostReason || UntrustedText.HasControl(reason)))
        {
            throw new CliException(
                ExitCode.Usage,
                $"--reason: {Nearest.Quote(reason)} must be one line of at most {MostReason} characters"
            );
        }

        if (!keepsCache && reason is not null && RebuildRequest.IsKeeping(reason))
        {
            throw new CliException(
                ExitCode.Usage,
                $"--reason: {Nearest.Quote(reason)} would be read as --cached; word it otherwise, or give --cached"
            );
        }

        var value = RebuildRequest.Render($"{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}", keepsCache, reason);
        return new Change(
            image.Metadata.Name,
            Annotation(ApiGroup.RequestedAtAnnotation, value),
            keepsCache ? "asked for a build from cached layers" : "asked for a build with new packages",
            image.Spec?.Suspend == true
                ? $"it waits for kubectl gemma resume {image.Metadata.Name}: spec.suspend is true"
                : $"kubectl gemma status {image.Metadata.Name} shows it"
        );
    }

    /// <summary>Asks the operator what the spec leads to.</summary>
    /// <param name="image">The object.</param>
    /// <param name="inPlaceOf">The object that its spec is meant for; null for itself.</param>
    /// <param name="now">The time.</param>
    public static Change Plan(GemmaBaseImage image, string? inPlaceOf, DateTime now) =>
        new(
            image.Metadata.Name,
            Annotation(
                ApiGroup.PlanAnnotation,
                $"{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}" + (inPlaceOf is null ? "" : $" {inPlaceOf}")
            ),
            "asked the operator what its spec leads to",
            $"kubectl get gemmabaseimage {image.Metadata.Name} -o yaml shows it, below status.plan"
        );

    /// <exception cref="CliException">It has ended.</exception>
    public static Change Cancel(GemmaBuild build) =>
        build.IsFinished
            ? throw Refuse($"build {build.BuildName} has ended ({build.Succeeded?.Reason}); nothing is canceled")
            : new Change(
                build.BuildName,
                new JsonObject { ["spec"] = new JsonObject { ["cancel"] = true } },
                "asked for its end",
                "its Job is deleted, and it ends as Canceled; what serves goes on serving"
            )
            {
                IsOfBuild = true,
            };

    /// <exception cref="CliException">It can't be served.</exception>
    public static Change Pin(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, string build) =>
        Managed(image).Spec!.Rollout.PinnedBuild == build && Annotated(image) is null
            ? throw Refuse($"{image.Metadata.Name} is pinned to {build} already")
            : PinTo(image, Servable(image, builds, build), "pinned to");

    /// <summary>Pins until a time (UTC), by the annotation: Git may go on saying what it says.</summary>
    /// <exception cref="CliException">It can't be served.</exception>
    public static Change PinUntil(
        GemmaBaseImage image,
        IReadOnlyList<GemmaBuild> builds,
        string build,
        DateTime until
    ) =>
        new(
            image.Metadata.Name,
            Annotation(
                ApiGroup.PinAnnotation,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Servable(Managed(image), builds, build)} {until:yyyy-MM-dd'T'HH:mm:ss'Z'}"
                )
            ),
            $"pinned to {build} until {Ages.Utc(until)}",
            "its image is served, whatever is newer, until then or kubectl gemma unpin " + image.Metadata.Name
        )
        {
            Version = image.Metadata.ResourceVersion,
            Awaits = new(build, Stalled: Awaited.StalledOf(image)),
        };

    /// <exception cref="CliException">It isn't pinned.</exception>
    public static Change Unpin(GemmaBaseImage image)
    {
        var annotated = Annotated(image);
        var pinned = image.Spec?.Rollout.PinnedBuild is { Length: > 0 } build ? build : null;
        if (annotated is null && pinned is null)
        {
            throw Refuse(
                $"{image.Metadata.Name} isn't pinned (neither spec.rollout.pinnedBuild nor the annotation "
                    + $"{ApiGroup.PinAnnotation} is set)"
            );
        }

        return new Change(
            image.Metadata.Name,
            With(pinned is null ? [] : Pinned(""), annotated),
            $"no longer pinned to {annotated?.Build ?? pinned ?? "what can't be read"}",
            "the newest good image is served, as spec.rollout says"
        )
        {
            Version = image.Metadata.ResourceVersion,
            Awaits = new(IsUnpinned: true, Stalled: Awaited.StalledOf(image)),
        };
    }

    /// <summary>Goes back to what served before, or to a named build, by a pin.</summary>
    /// <exception cref="CliException">There is nothing to go back to.</exception>
    public static Change RollBack(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, string? to)
    {
        Managed(image);
        var target =
            to
            ?? image.Status?.PreviousImage?.Build
            ?? throw Refuse(
                $"{image.Metadata.Name} has served nothing before (status.previousImage is empty); name a build: "
                    + $"--to BUILD, of kubectl gemma builds {image.Metadata.Name}"
            );
        return target == image.Status?.ServingImage?.Build
            ? throw Refuse($"{target} is what {image.Metadata.Name} serves")
            : PinTo(image, Servable(image, builds, target), "rolled back, by a pin, to");
    }

    /// <summary>Returns the build that waits since it brings new packages; null when none does.</summary>
    private static string? WaitsForPackages(GemmaBaseImage image, IEnumerable<GemmaBuild> builds) =>
        image.Spec?.Verification.NewPackages.Value == NewPackagesPolicy.Approve
            ? builds
                .FirstOrDefault(b => !b.IsFinished && b.Status?.HeldBy?.Value == BuildHold.AwaitingApproval)
                ?.BuildName
            : null;

    /// <summary>Approves the build that waits.</summary>
    /// <param name="image">The object.</param>
    /// <param name="builds">Its builds.</param>
    /// <param name="build">The build that is meant; null for the one that waits.</param>
    /// <exception cref="CliException">Nothing waits for approval, or two do and none is named.</exception>
    public static Change Approve(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, string? build)
    {
        var waits = image.Status?.Held is { Reason: ImageReason.Held.AwaitingApproval, Build: { } held } ? held : null;
        if (build is null && waits is not null && WaitsForPackages(image, builds) is { } other && other != waits)
        {
            throw Refuse(
                $"two builds wait, {waits} to be rolled out and {other}, which brings new packages, to be published; "
                    + "name the one that is meant: kubectl gemma approve BUILD"
            );
        }

        if (WaitsForPackages(image, builds) is { } unpublished && (build is null || build == unpublished))
        {
            return new Change(
                image.Metadata.Name,
                Annotation(ApiGroup.ApproveAnnotation, unpublished),
                $"approved {unpublished}",
                "it goes on within half a minute"
            )
            {
                Version = image.Metadata.ResourceVersion,
            };
        }

        Managed(image);
        if (image.Spec!.Rollout.Approval != RolloutApproval.Manual)
        {
            throw Refuse(
                $"{image.Metadata.Name} needs no approval (spec.rollout.approval isn't Manual, and no build waits)"
            );
        }

        var approved = build ?? waits ?? throw Refuse($"no build of {image.Metadata.Name} waits for approval");
        return new Change(
            image.Metadata.Name,
            Annotation(ApiGroup.ApproveAnnotation, approved),
            $"approved {approved}",
            "it is rolled out once it is published and spec.rollout.window is open"
        )
        {
            Version = image.Metadata.ResourceVersion,
            Awaits = new(approved, IsApproval: true, Stalled: Awaited.StalledOf(image)),
        };
    }

    /// <exception cref="CliException">It is as asked for already.</exception>
    public static Change Suspend(GemmaBaseImage image, bool suspend)
    {
        var name = image.Metadata.Name;
        return image.Spec?.Suspend == suspend
            ? throw Refuse($"{name} is {(suspend ? "suspended already" : "not suspended")} (spec.suspend)")
            : new Change(
                name,
                new JsonObject { ["spec"] = new JsonObject { ["suspend"] = suspend } },
                suspend ? "suspended" : "resumed",
                suspend
                    ? $"what runs finishes; nothing new begins until kubectl gemma resume {name}"
                    : "what is due begins; ticks that passed aren't made up for"
            )
            {
                Version = image.Metadata.ResourceVersion,
            };
    }

    /// <summary>Pins by the spec; a pin in the annotation, which would count before it, is taken away.</summary>
    private static Change PinTo(GemmaBaseImage image, string build, string done) =>
        new(
            image.Metadata.Name,
            With(Pinned(build), Annotated(image)),
            $"{done} {build}",
            $"its image is served, whatever is newer, until kubectl gemma unpin {image.Metadata.Name}"
        )
        {
            Version = image.Metadata.ResourceVersion,
            Awaits = new(build, Stalled: Awaited.StalledOf(image)),
        };

    private static GemmaOperator.BaseImages.Facts.Pin? Annotated(GemmaBaseImage image) =>
        GemmaOperator.BaseImages.Facts.Pin.Annotated(image);

    /// <summary>Adds to a patch that the annotation's pin goes, where there is one.</summary>
    private static JsonObject With(JsonObject patch, GemmaOperator.BaseImages.Facts.Pin? annotated)
    {
        if (annotated is not null)
        {
            patch["metadata"] = Annotation(ApiGroup.PinAnnotation, null)["metadata"]!.DeepClone();
        }

        return patch;
    }

    private static string Servable(GemmaBaseImage image, IReadOnlyList<GemmaBuild> builds, string name)
    {
        var there = builds
            .Where(b => b is { HasSucceeded: true, Status.Application: not null })
            .Select(b => b.BuildName)
            .ToList();
        return there.Contains(name, StringComparer.Ordinal)
            ? name
            : throw new CliException(
                ExitCode.NotFound,
                $"{image.Metadata.Name} has no successful build {Nearest.Quote(name)} with an application image"
                    + Nearest.Suggest(name, there)
            );
    }

    private static GemmaBaseImage Managed(GemmaBaseImage image) =>
        image.Spec?.Rollout.Mode == RolloutMode.Managed
            ? image
            : throw Refuse($"{image.Metadata.Name} serves nothing (spec.rollout.mode isn't Managed)");

    private static JsonObject Pinned(string build) =>
        new() { ["spec"] = new JsonObject { ["rollout"] = new JsonObject { ["pinnedBuild"] = build } } };

    private static JsonObject Annotation(string key, string? value) =>
        new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [key] = value } } };

    private static CliException Refuse(string why) => new(ExitCode.Refused, why);
}
