using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Images;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>sbom</c>: prints the CycloneDX document that is attached to an image in its registry.</summary>
internal sealed class SbomCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly RegistryOptions _registry = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Argument<ImageOrName> _of = Choices.ImageOrName();

    public static Command Make(Shell shell)
    {
        var own = new SbomCommand(shell);
        var command = new Command("sbom", "Prints the CycloneDX document of an image, its digest checked.")
        {
            own._of,
            own._format,
        };
        own._cluster.AddTo(command);
        own._registry.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (asked, how) = (result.GetValue(_of)!, _registry.Read(result));
        if (asked.Reference is { } reference)
        {
            using var registry = await UserRegistry.OpenAsync(
                reference.Repository.Host,
                how,
                isPlain: false,
                shell.Time,
                cancellationToken
            );
            var image = reference.Digest is null
                ? await ProvenanceReader.ResolvedAsync(registry, reference, cancellationToken)
                : reference;
            return await PrintAsync(
                registry,
                image,
                await FindAsync(registry, image, cancellationToken),
                result,
                cancellationToken
            );
        }

        using var cluster = _cluster.Connect(result, shell);
        var build = await BuildAsync(new ObjectReader(cluster, shell.Time), asked.Name!, cancellationToken);
        if (ContentsReader.DocumentOf(build) is not ({ } of, { } digest))
        {
            var said = ContentsReader.SaidOf(build);
            throw new CliException(
                ExitCode.NotFound,
                $"{build.BuildName} has no list of packages in the registry"
                    + (said.Sbom?.Message is { } why ? $": {why}" : "")
            );
        }

        using var its = await UserRegistry.OpenAsync(
            of.Repository.Host,
            how,
            build.Spec?.Template.Output.Insecure == true,
            shell.Time,
            cancellationToken
        );
        return await PrintAsync(its, of, digest, result, cancellationToken);
    }

    /// <summary>Returns the build of a name; of an object, the one whose image is the newest.</summary>
    private static async Task<GemmaBuild> BuildAsync(
        ObjectReader reader,
        string name,
        CancellationToken cancellationToken
    )
    {
        var (image, build) = await reader.EitherAsync(name, cancellationToken);
        if (build is not null)
        {
            return build;
        }

        var newest = image!.Status?.LatestImage?.Digest;
        var builds = (await reader.BuildsOfAsync(name, cancellationToken)).Select(GemmaCluster.Read<GemmaBuild>);
        return newest is null
            ? throw new CliException(ExitCode.NotFound, $"{name} has no image yet")
            : builds.FirstOrDefault(b => b.Status?.Promoted?.Digest == newest && b.Status.Contents is not null)
                ?? throw new CliException(
                    ExitCode.NotFound,
                    $"no build of {name} tells which packages {image.Status!.LatestImage!.Reference} holds"
                );
    }

    private static async Task<ImageDigest> FindAsync(
        UserRegistry registry,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        var answer = await registry.DocumentsAsync(image, cancellationToken);
        return answer.Value switch
        {
            null => throw Missing(answer),
            [var only] => only,
            [] => throw new CliException(
                ExitCode.NotFound,
                $"no list of packages of the operator's is attached to {image}"
                    + await HintAsync(registry, image, cancellationToken)
            ),
            var several => throw new CliException(
                ExitCode.Refused,
                $"{several.Count} lists of packages are attached to {image}; name the GemmaBuild, whose status has the "
                    + "digest of its own"
            ),
        };
    }

    /// <summary>An application image has none of its own: that of its base is meant.</summary>
    private static async Task<string> HintAsync(
        UserRegistry registry,
        ImageReference image,
        CancellationToken cancellationToken
    )
    {
        var content = await registry.AskAsync<ImageContent>(
            async client => await ImageReader.ReadAsync(client, image, "linux/amd64", cancellationToken),
            ""
        );
        return content.Value?.Labels.GetValueOrDefault(OwnLayers.BaseNameLabel) is { } below
            ? $"; it stands on {below}, which may have one"
            : "";
    }

    private async Task<int> PrintAsync(
        UserRegistry registry,
        ImageReference image,
        ImageDigest digest,
        ParseResult result,
        CancellationToken cancellationToken
    )
    {
        var answer = await registry.DocumentAsync(image, digest, cancellationToken);
        var document = Parse(answer.Value ?? throw Missing(answer), digest);
        var format = result.GetValue(_format)!;
        if (format.IsForPeople)
        {
            shell.Screen.Output.WriteLine(JsonText.Write(document));
        }
        else
        {
            format.Write(shell.Screen.Output, document, [$"{image.Repository}@{digest}"]);
        }

        return ExitCode.Done;
    }

    private static JsonNode Parse(byte[] document, ImageDigest digest)
    {
        try
        {
            return JsonNode.Parse(document) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.Refused, $"what is attached as {digest} isn't JSON", e);
        }
    }

    private static CliException Missing<T>(Answer<T> answer)
        where T : class => new(answer.IsAnswered ? ExitCode.NotFound : ExitCode.NoCluster, answer.Problem!);
}
