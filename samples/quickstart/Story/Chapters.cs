using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using Quickstart.Terminal;
using Quickstart.World;

namespace Quickstart.Story;

/// <summary>
/// Tells what comes after the first image: a requirement changes, then a bad server image comes. The demo makes both
/// changes as a user would, says so, and leaves the rest to the operator.
/// </summary>
internal sealed class Chapters(LocalWorld world, Screen screen, Follower follower)
{
    private const string Fault = "gemma-inference: libtorch_cuda.so: undefined symbol: cudnnGetVersion (simulated)";

    /// <summary>Returns why an object has no such story; null when it has.</summary>
    public static string? WhyNot(GemmaBaseImageSpec spec) =>
        spec.Rollout is { Mode.Value: RolloutMode.Managed, Server.Replicas: > 0, PinnedBuild: "" }
            ? null
            : "nothing of it is served and replaced by itself (spec.rollout.mode, server.replicas, pinnedBuild), so "
                + "there is no more to tell; --until ready ends before";

    /// <summary>Tells both chapters; returns whether all went as an operator should let it go.</summary>
    public async Task<bool> TellAsync(ObjectKey key, CancellationToken cancellationToken) =>
        await RequirementAsync(key, cancellationToken) && await BadImageAsync(key, cancellationToken);

    private async Task<bool> RequirementAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        screen.Blank();
        screen.Title("A requirement changes");
        var before = await follower.SeeAsync(key, cancellationToken);
        if (await RequirementEdit.MakeAsync(world.Api, before.Image, cancellationToken) is not { } edit)
        {
            screen.Line($"{key.Name} has no pinned requirement that could be changed: left out.");
            return true;
        }

        screen.Line($"The demo edits {edit.Where}: {edit.Old} becomes {edit.New}.");
        var after = await FollowAsync(
            key,
            s => s.Build?.Metadata.Name != before.Build?.Metadata.Name && (s.HasSettled && Serves(s) || IsStalled(s)),
            cancellationToken
        );
        await WriteAsync(before, after, cancellationToken);
        return after.IsReady && Serves(after);
    }

    private async Task<bool> BadImageAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        screen.Blank();
        screen.Title("A bad server image comes");
        var before = await follower.SeeAsync(key, cancellationToken);
        var reference = ImageReference.Parse(
            before.Image.Spec!.Rollout.Server.Image is { Length: > 0 } named
                ? named
                : $"{world.Registry.Host}/{LocalWorld.DefaultServer}"
        );
        const string Tag = "crashes";
        await world.Images.FaultyServerAsync(reference.Repository.Path, Tag, Fault, cancellationToken);
        var image = $"{reference.Repository}:{Tag}";
        screen.Line(
            $"The demo pushes {Last(reference.Repository.Path)}:{Tag}, a server that crashes at its start, and names "
                + "it in spec.rollout.server.image."
        );
        await world.Api.PatchAsync<GemmaBaseImage>(
            key.Namespace,
            key.Name,
            new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["rollout"] = new JsonObject { ["server"] = new JsonObject { ["image"] = image } },
                },
            },
            null,
            cancellationToken
        );
        var after = await FollowAsync(
            key,
            s => s.IsCurrent && (IsRolledBack(s) ? s.Is(ConditionType.Available, "True") : s.HasSettled),
            cancellationToken
        );
        await WriteAsync(before, after, cancellationToken);
        return IsRolledBack(after)
            && after.Is(ConditionType.Available, "True")
            && after.Image.Status?.ServingImage?.Digest == before.Image.Status?.ServingImage?.Digest;
    }

    private async Task<Seen> FollowAsync(ObjectKey key, Func<Seen, bool> isOver, CancellationToken cancellationToken) =>
        (await follower.FollowAsync([key], isOver, cancellationToken))[0];

    private async Task WriteAsync(Seen before, Seen after, CancellationToken cancellationToken) =>
        Account.Write(
            screen,
            after,
            await ApplicationLayers.CompareAsync(
                world.Seeder,
                before.Image.Status?.ServingImage,
                after.Build?.Status?.Application,
                cancellationToken
            )
        );

    private static bool Serves(Seen seen) => seen.Image.Status?.ServingImage?.Build == seen.Build?.Metadata.Name;

    private static bool IsStalled(Seen seen) => seen.Is(ConditionType.Stalled, "True");

    private static bool IsRolledBack(Seen seen) =>
        seen.Condition(ConditionType.Stalled) is { Reason: ImageReason.Stalled.RolledBack };

    private static string Last(string path) => path[(path.LastIndexOf('/') + 1)..];
}
