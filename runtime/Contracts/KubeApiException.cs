using System.Net;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>A request the API server refused, or that never got an answer.</summary>
internal sealed class KubeApiException : Exception
{
    public KubeApiException(string message, KubeRequest request, Exception? inner = null)
        : base(message, inner) => Request = request;

    /// <summary>What was asked: verb, resource, namespace, name.</summary>
    public KubeRequest Request { get; }

    /// <summary>HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Code { get; init; }

    /// <summary>
    /// Machine-readable reason (<c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>, …);
    /// <c>Unreachable</c> without an answer.
    /// </summary>
    public string Reason { get; init; } = "Unknown";

    /// <summary>The server's Status object, when it sent one.</summary>
    public V1Status? Status { get; init; }

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    public bool IsConflict => Code == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    public bool IsAlreadyExists => Reason == "AlreadyExists";

    public bool IsForbidden => Code == HttpStatusCode.Forbidden;

    /// <summary>The body breaks the schema or a rule (422): trying the same again is useless.</summary>
    public bool IsInvalid => Code == HttpStatusCode.UnprocessableEntity;

    /// <summary>The resource version is too old to watch or list from.</summary>
    public bool IsExpired => Code == HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>No answer, an overloaded or a broken server: the same request may succeed later.</summary>
    public bool IsTransient => Code is null or HttpStatusCode.TooManyRequests || (int)Code >= 500;
}
