using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Says where requests for a host really go, as <c>docker.io=mirror.example/docker</c>. References keep their names:
/// only the wire changes, as with Kaniko's <c>--registry-map</c>.
/// </summary>
internal sealed class RegistryMirrors
{
    public static readonly RegistryMirrors None = new(new Dictionary<string, ImageLocation>(StringComparer.Ordinal));

    private readonly Dictionary<string, ImageLocation> _map;

    private RegistryMirrors(Dictionary<string, ImageLocation> map) => _map = map;

    /// <summary>Mirror by host; Kaniko is told the same.</summary>
    public IReadOnlyDictionary<string, ImageLocation> Locations => _map;

    public static bool TryParse(
        IEnumerable<string> pairs,
        [NotNullWhen(true)] out RegistryMirrors? mirrors,
        [NotNullWhen(false)] out string? error
    )
    {
        mirrors = null;
        error = null;
        var parsed = new Dictionary<string, ImageLocation>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (
                equals <= 0
                || pair.AsSpan(0, equals).Contains('/')
                || !ImageRepository.TryParse(pair[..equals] + "/any", out var from, out _)
                || from.Path is not ("any" or "library/any")
                || !ImageRepository.TryParse(pair[(equals + 1)..].TrimEnd('/') + "/any", out var to, out _)
            )
            {
                error =
                    $"{Quoted.Of(pair)} is no mirror; write HOST=MIRROR, for example "
                    + "docker.io=mirror.example:5000/docker";
                return false;
            }

            parsed[from.Host] = new ImageLocation(to.Host, to.Path == "any" ? "" : to.Path[..^"/any".Length]);
        }

        mirrors = new RegistryMirrors(parsed);
        return true;
    }

    /// <summary>Returns host and path to ask for a repository.</summary>
    public ImageLocation Locate(ImageRepository repository) =>
        _map.TryGetValue(repository.Host, out var mirror)
            ? mirror with
            {
                Path = mirror.Path.Length == 0 ? repository.Path : $"{mirror.Path}/{repository.Path}",
            }
            : new ImageLocation(repository.Host, repository.Path);
}
