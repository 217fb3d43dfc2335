using System.Text.RegularExpressions;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch.Oci;

/// <summary>Names an image or artefact with weights by its digest, and the folder within it.</summary>
internal sealed partial record OciReference
{
    private OciReference(string host, string repository, string digest, RelativePath? subPath) =>
        (Host, Repository, Digest, SubPath) = (host, repository, digest, subPath);

    /// <summary>Gets host and port.</summary>
    public string Host { get; }

    public string Repository { get; }

    /// <summary>Gets the digest, <c>sha256:</c> and 64 digits.</summary>
    public string Digest { get; }

    /// <summary>Gets the folder whose content is the model; null for the root.</summary>
    public RelativePath? SubPath { get; }

    /// <summary>Gets whether the registry is this machine.</summary>
    public bool IsLoopback => new Uri($"http://{Host}/").IsLoopback;

    /// <summary>Gets the host that answers: Docker Hub's API has another name than its images.</summary>
    public string ApiHost => IsDockerHub ? "registry-1.docker.io" : Host;

    /// <summary>Gets the repository as the API knows it.</summary>
    public string ApiRepository =>
        IsDockerHub && !Repository.Contains('/', StringComparison.Ordinal) ? $"library/{Repository}" : Repository;

    private bool IsDockerHub => Host is "docker.io" or "index.docker.io";

    /// <summary>Parses <c>host/repository@sha256:…#subPath</c>; null where it isn't one.</summary>
    public static OciReference? TryParse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var folder = match.Groups["folder"].Value.Trim('/');
        var subPath = folder.Length == 0 ? null : RelativePath.TryParse(folder, out _);
        return folder.Length > 0 && subPath is null
            ? null
            : new OciReference(
                match.Groups["host"].Value,
                match.Groups["repository"].Value,
                match.Groups["digest"].Value,
                subPath
            );
    }

    public override string ToString() => $"oci://{Host}/{Repository}@{Digest}" + (SubPath is null ? "" : $"#{SubPath}");

    /// <summary>As the distribution specification names repositories.</summary>
    [GeneratedRegex(
        @"^(?<host>([A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?)/"
            + @"(?<repository>[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)"
            + @"@(?<digest>sha256:[0-9a-f]{64})(#(?<folder>.*))?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Pattern();
}
