using System.Net;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>Holds one request of the distribution API.</summary>
internal sealed record RegistryCall(HttpMethod Method, ImageRepository Repository, ImageLocation Location, Uri Url)
{
    private const string Uploads = "/blobs/uploads/";

    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Status codes that are answers although they aren't successes.</summary>
    public IReadOnlyList<HttpStatusCode> Accepts { get; init; } = [];

    /// <summary>Makes the body anew for every attempt.</summary>
    public Func<CancellationToken, Task<HttpContent>>? Content { get; init; }

    /// <summary>Whether the request may be sent again after a failure on the way.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>Time until the answer's headers; uploads count their body in.</summary>
    public TimeSpan Timeout { get; init; } = RegistryTransport.AnswerTimeout;

    /// <summary>Other repository to read from, for mounts.</summary>
    public ImageLocation? Source { get; init; }

    /// <summary>Whether it belongs to a push, though its method is another's.</summary>
    public bool IsOfPush { get; init; }

    /// <summary>
    /// Whether it asks for content that a digest names: only such may be sent on to another host, since only of such
    /// it can be told whether the answer is what was asked for.
    /// </summary>
    public bool IsOfContent { get; init; }

    private string Actions =>
        IsOfPush ? "pull,push"
        : Method == HttpMethod.Get || Method == HttpMethod.Head ? "pull"
        : Method == HttpMethod.Delete ? "delete"
        : "pull,push";

    /// <summary>Token scope (distribution token specification); also the key that tokens are kept under.</summary>
    public string Scope =>
        $"repository:{Location.Path}:{Actions}" + (Source is null ? "" : $" repository:{Source.Path}:pull");

    /// <summary>Names the request, alike in each attempt: an upload's id is another one each time.</summary>
    public override string ToString()
    {
        var url = Url.GetComponents(UriComponents.HostAndPort | UriComponents.Path, UriFormat.UriEscaped);
        var uploads = url.IndexOf(Uploads, StringComparison.Ordinal);
        return $"{Method} {(uploads < 0 ? url : url[..(uploads + Uploads.Length)])}";
    }
}
