using Docker.DotNet.Models;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;
using KubectlGemma.Images;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using ImageDescriptor = GemmaOperator.Registry.Manifests.Descriptor;

namespace KubectlGemma.Local;

/// <summary>
/// Finds what a build's base stands for, as the operator does: its registry is asked. Where that can't be, what the
/// engine has under the name counts, and it is told.
/// </summary>
internal sealed class BaseFinder(Engine engine, RegistryChoice registries, bool isOffline, TimeProvider time)
{
    /// <exception cref="CliException">There is none, or it is of another platform.</exception>
    public async Task<LocalBase> FindAsync(
        GemmaBuild build,
        LocalProgress progress,
        CancellationToken cancellationToken
    )
    {
        var spec = build.Spec!;
        var declared = PinnedBase.Of(spec.Resolved).Declared;
        var platform = spec.Template.Platform.Text;
        var (digest, why) = await ResolveAsync(declared, cancellationToken);
        var found = digest is null
            ? await HeldAsync(declared, why!, cancellationToken)
            : await ByDigestAsync(declared, digest, platform, progress, cancellationToken);
        var has = $"{found.Image.Os}/{found.Image.Architecture}";
        return has == platform
            ? found
            : throw new CliException(
                ExitCode.Refused,
                $"spec.platforms[0]: the engine's {declared} is for {has}, and {platform} is asked for; pull that one: "
                    + $"docker pull --platform {platform} {declared}"
            );
    }

    private async Task<(ImageDigest? Digest, string? Why)> ResolveAsync(
        ImageReference declared,
        CancellationToken cancellationToken
    )
    {
        if (declared.Digest is { } given)
        {
            return (given, null);
        }

        if (isOffline)
        {
            return (null, "--offline");
        }

        using var open = new UserRegistries(registries, plainHost: null, time);
        var registry = await open.ForAsync(declared, cancellationToken);
        var answer = await registry.AskAsync(
            async client => (ImageDescriptor?)await client.ResolveAsync(declared, cancellationToken),
            $"its registry has no {declared}"
        );
        return answer.Value is { } descriptor ? (descriptor.Digest, null) : (null, answer.Problem);
    }

    private async Task<LocalBase> ByDigestAsync(
        ImageReference declared,
        ImageDigest digest,
        string platform,
        LocalProgress progress,
        CancellationToken cancellationToken
    )
    {
        var pinned = declared.WithDigest(digest).ToString();
        if (await engine.FindAsync(pinned, cancellationToken) is { } there)
        {
            return new LocalBase(pinned, digest.ToString(), there, "the engine has it");
        }

        if (isOffline)
        {
            throw new CliException(
                ExitCode.NoCluster,
                $"the engine doesn't have the base {pinned}, and --offline pulls nothing"
            );
        }

        progress.Phase("pull", pinned);
        await engine.PullAsync(
            pinned,
            platform,
            await UserAuth.ForAsync(declared.Repository, cancellationToken),
            cancellationToken
        );
        return await engine.FindAsync(pinned, cancellationToken) is { } pulled
            ? new LocalBase(pinned, digest.ToString(), pulled, "pulled")
            : throw new CliException(ExitCode.NoCluster, $"the engine pulled {pinned} and doesn't have it");
    }

    private async Task<LocalBase> HeldAsync(ImageReference declared, string why, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(declared.ToString(), cancellationToken) is not { } held)
        {
            throw new CliException(
                ExitCode.NoCluster,
                $"the base {declared} can't be had: {why}; and the engine has no image of that name"
            );
        }

        return DigestOf(held, declared.Repository) is { } known
            ? new LocalBase($"{declared.Repository}@{known}", known.ToString(), held, $"as the engine has it ({why})")
            : new LocalBase(held.ID, null, held, $"as the engine has it, of no registry ({why})");
    }

    private static ImageDigest? DigestOf(ImageInspectResponse image, ImageRepository repository) =>
        (image.RepoDigests ?? [])
            .Select(text => ImageReference.TryParse(text, out var read, out _) ? read : null)
            .FirstOrDefault(read => read?.Repository == repository)
            ?.Digest;
}
