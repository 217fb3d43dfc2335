using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Does the I/O of making an application image.</summary>
internal static class AssembleExecutor
{
    /// <summary>Layers are copied beside the reconcile, which holds up others of its kind.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Makes the image, or one for each platform and the index that names them: what has been made of them by then is
    /// found again by the next try.
    /// </summary>
    public static async Task<StepOutcome<AssembledApplication>> AssembleAsync(
        BuildSnapshot s,
        StepTools tools,
        Candidate candidate,
        ApplicationTarget application,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        var (template, tag) = (s.Spec.Template, CandidateTag.Of(s.Spec));
        var made = new List<(WireEnum<Platform> Platform, AssembledImage Image)>();
        foreach (var platform in template.AllPlatforms)
        {
            var own = template.IsForSeveral ? CandidateTag.OfPlatform(tag, platform) : tag;
            var (image, obstacle) = await AssembleAsync(
                client,
                s,
                tools,
                (candidate, application),
                (platform, own),
                cancellationToken
            );
            if (image is null)
            {
                return obstacle!;
            }

            made.Add((platform, image));
        }

        var copied = made.Sum(m => m.Image.BytesCopied);
        if (!template.IsForSeveral)
        {
            return new AssembledApplication(StatusOf(s, made[0].Image), tools.Now, copied);
        }

        var images = new List<(string, Descriptor)>();
        foreach (var (platform, image) in made)
        {
            images.Add((platform.Text, await DescriptorAsync(client, image.Reference, cancellationToken)));
        }

        var (index, target) = (ImageIndex.Compose(images), application.Repository);
        var whole = new AssembledImage(
            new ImageReference(target, null, index.Digest),
            index.Digest,
            await UniqueTagWriter.PutAsync(client, target, tag, index, cancellationToken),
            index.Bytes.Length + made.Sum(m => m.Image.SizeBytes),
            0,
            0,
            copied
        );
        return new AssembledApplication(StatusOf(s, whole), tools.Now, copied)
        {
            Images = [.. made.Select(m => (m.Platform, StatusOf(s, m.Image)))],
        };
    }

    /// <summary>Makes the image for one platform; returns what is in the way where it isn't there yet.</summary>
    private static async Task<(AssembledImage? Image, StepObstacle? Obstacle)> AssembleAsync(
        RegistryClient client,
        BuildSnapshot s,
        StepTools tools,
        (Candidate Candidate, ApplicationTarget Application) parts,
        (WireEnum<Platform> Platform, ImageTag Tag) wanted,
        CancellationToken cancellationToken
    )
    {
        var (application, platform) = (parts.Application, wanted.Platform.Text);
        var server = await ImageReader.ReadAsync(client, application.ServerImage, platform, cancellationToken);
        if (
            ServerCompatibility.Problem(
                application.ServerImage.ToString(),
                server.Labels,
                TorchOf(s, wanted.Platform)
            ) is
            { } misfit
        )
        {
            var failure = ClassifiedFailure.Of(FailureReason.VersionMismatch, misfit) with { IsExternal = true };
            // It is recognized by its image for the first platform, which is looked at before a build.
            var first = s.Spec.Template.AllPlatforms[0];
            server =
                first == wanted.Platform
                    ? server
                    : await ImageReader.ReadAsync(client, application.ServerImage, first.Text, cancellationToken);
            return (
                null,
                new StepObstacle.Impossible(
                    failure with
                    {
                        Failure = failure.Failure with { ServerImage = server.Content.Digest.ToString() },
                    }
                )
            );
        }

        var assembly = await new ImageAssembler(client, tools.Copies, s.Build.Metadata.NamespaceProperty).AssembleAsync(
            new AssemblyParts(
                parts.Candidate.Reference,
                application.ServerImage,
                application.Repository,
                wanted.Tag,
                platform
            ),
            SettingsOf(s, application, s.Build.Metadata.CreationTimestamp ?? DateTime.UnixEpoch),
            Patience,
            cancellationToken
        );
        return assembly is Assembly.Done { Image: var made }
            ? (made, null)
            : (null, Underway((Assembly.Copying)assembly));
    }

    /// <summary>Returns the PyTorch of a platform's base; what the spec declares when it wasn't looked at.</summary>
    private static string? TorchOf(BuildSnapshot s, WireEnum<Platform> platform) =>
        PlatformPart.Find(s.Status, platform).Verification?.TorchVersion
        ?? s.Status.Verification?.TorchVersion
        ?? s.Spec.Template.Verification?.Pytorch;

    private static async Task<Descriptor> DescriptorAsync(
        RegistryClient client,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        var manifest = await client.GetManifestAsync(image, cancellationToken);
        return new Descriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length);
    }

    private static ImageStatus StatusOf(BuildSnapshot s, AssembledImage made) =>
        new()
        {
            Reference = made.Reference.ToString(),
            Digest = made.Digest.ToString(),
            Tag = made.Tag.ToString(),
            SizeBytes = made.SizeBytes,
            Build = s.Build.BuildName,
        };

    /// <summary>Returns what the application's config says of its start.</summary>
    public static ApplicationSettings SettingsOf(BuildSnapshot s, ApplicationTarget application, DateTime created) =>
        new()
        {
            User = $"{s.Spec.Template.User.Uid}:{s.Spec.Template.User.Gid}",
            Port = application.Port,
            Created = created,
        };

    private static StepObstacle.Underway Underway(Assembly.Copying copying)
    {
        var why = copying.RefusesMounts is { } host
            ? $"{host} doesn't mount layers across repositories"
            : "the server image is in another registry";
        return new StepObstacle.Underway(
            ImageReason.Reconciling.CopyingLayers,
            $"Copying layers, since {why}: {copying.LayersLeft} "
                + $"({CopiedBytes.Render(copying.BytesLeft)}) are left",
            $"{why}: {copying.Layers} layers with {CopiedBytes.Render(copying.Bytes)} are copied, which takes a while",
            LookAgainAfter,
            StepLog.Assemble
        );
    }
}
