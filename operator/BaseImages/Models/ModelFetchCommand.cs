using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Models;
using GemmaOperator.Hub;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Models;

/// <summary>
/// Holds how the server's <c>fetch</c> command is called for weights that are known: one argument for each part, all of
/// parsed values.
/// </summary>
internal sealed record ModelFetchCommand
{
    /// <summary>Names the directory in which the Secrets below are mounted.</summary>
    public const string SecretDirectory = "/var/run/gemma-model";

    private readonly List<string> _arguments;

    private ModelFetchCommand(IEnumerable<string> arguments, SecretKeyReference? token, string registrySecret) =>
        (_arguments, Token, RegistrySecret) = ([.. arguments], token, registrySecret);

    /// <summary>Gets the Secret with the hub's token; null means none.</summary>
    public SecretKeyReference? Token { get; }

    /// <summary>Gets the Secret with registry credentials; empty means none.</summary>
    public string RegistrySecret { get; }

    /// <summary>Gets whether the base's own Python fetches: what serves has no command for it.</summary>
    public bool IsOfBase { get; private init; }

    /// <summary>Returns the call for a commit of a hub.</summary>
    /// <param name="hub">The declaration.</param>
    /// <param name="commit">What it stands for.</param>
    /// <param name="engine">What serves; only the built-in server can fetch.</param>
    public static ModelFetchCommand For(
        DeclaredModel.OnHub hub,
        HubCommit commit,
        ServerEngine engine = ServerEngine.Builtin
    ) =>
        new(
            [
                "fetch",
                $"hub:{hub.Files.Repository}@{commit}",
                "--endpoint",
                hub.Files.Endpoint.ToString(),
                .. hub.Files.Insecure ? ["--insecure"] : Array.Empty<string>(),
                .. hub.Files.Include.SelectMany(glob => new[] { "--include", glob }),
                .. hub.Token is null ? [] : new[] { "--token-file", $"{SecretDirectory}/token" },
            ],
            hub.Token,
            ""
        )
        {
            IsOfBase = engine != ServerEngine.Builtin,
        };

    /// <summary>Returns the call for a digest in a registry.</summary>
    /// <param name="image">The declaration.</param>
    /// <param name="digest">What it stands for.</param>
    /// <param name="isInsecure">Whether the registry is spoken to over plain HTTP.</param>
    public static ModelFetchCommand For(DeclaredModel.InImage image, ImageDigest digest, bool isInsecure) =>
        new(
            [
                "fetch",
                $"oci://{image.Reference.Repository}@{digest}{(image.SubPath.Length > 0 ? $"#{image.SubPath}" : "")}",
                .. isInsecure ? ["--insecure"] : Array.Empty<string>(),
                .. image.PullSecret.Length == 0
                    ? []
                    : new[] { "--registry-auth-file", $"{SecretDirectory}/config.json" },
            ],
            null,
            image.PullSecret
        );

    /// <summary>Returns the arguments that fetch into a directory of a container.</summary>
    public IReadOnlyList<string> Into(string directory) => [.. _arguments, "--to", directory, "--progress", "json"];
}
