using System.Net;
using GemmaOperator.Runtime.Text;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>Says that the API server refused a request, or never answered it.</summary>
public sealed class KubeApiException : Exception
{
    /// <summary>Bounds the message, in characters: a policy engine may list all that it knows.</summary>
    private const int Longest = 4096;

    /// <summary>Reports what happened to a request, in words for people: one line, in which all can be seen.</summary>
    public KubeApiException(string message, KubeRequest request, Exception? inner = null)
        : base(VisibleText.Line(message.Length <= Longest ? message : message[..Longest]), inner) => Request = request;

    /// <summary>Gets what was asked: verb, resource, namespace, name.</summary>
    public KubeRequest Request { get; }

    /// <summary>Gets the HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Code { get; init; }

    /// <summary>
    /// Gets the machine-readable reason (<c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>, …); without an answer
    /// <c>Unreachable</c>, <c>Timeout</c>, <c>NoCredentials</c> or <c>Garbled</c>.
    /// </summary>
    public string Reason { get; init; } = "Unknown";

    /// <summary>Gets the server's Status object; null when it sent none.</summary>
    public V1Status? Status { get; init; }

    /// <summary>Gets how long the server asked to wait, a minute at most; null: it didn't.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Gets the message for people: who isn't allowed something learns what to do about it.
    /// </summary>
    public string Explanation =>
        IsForbidden
            ? VisibleText.Line($"Not allowed to {Request}; grant that verb to who is named here. {Status?.Message}")
            : Message;

    /// <summary>Gets whether there is no such object, or no such kind.</summary>
    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>
    /// Gets whether the object has changed since the version that the write was based on. A hook may answer 409, too:
    /// it doesn't say <c>Conflict</c>, or that would be what it means.
    /// </summary>
    public bool IsConflict =>
        Code == HttpStatusCode.Conflict && !IsAlreadyExists && (Status is null || Status.Reason == "Conflict");

    /// <summary>Gets whether the name that was to be created is taken.</summary>
    public bool IsAlreadyExists => Reason == "AlreadyExists";

    /// <summary>Gets whether RBAC, a quota or an admission plugin forbids it.</summary>
    public bool IsForbidden => Code == HttpStatusCode.Forbidden;

    /// <summary>Gets whether the body breaks the schema or a rule (422): trying the same again is useless.</summary>
    public bool IsInvalid => Code == HttpStatusCode.UnprocessableEntity;

    /// <summary>
    /// Gets whether the server understood what was asked and doesn't do it: RBAC, admission, a quota, a rule, a size, a
    /// conflict that isn't one of versions. The same request fails until something else changes.
    /// </summary>
    public bool IsRefusal =>
        Code
            is HttpStatusCode.BadRequest
                or HttpStatusCode.Forbidden
                or HttpStatusCode.MethodNotAllowed
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.UnprocessableEntity
        || (Code == HttpStatusCode.Conflict && !IsConflict && !IsAlreadyExists)
        // What is created has no version yet, and a place that isn't there takes nothing.
        || (Request.Verb == "create" && (IsConflict || IsNotFound));

    /// <summary>Gets whether the resource version is too old to watch or list from.</summary>
    public bool IsExpired => Code == HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>
    /// Gets whether there was no answer, or an overloaded or broken server: the same request may succeed later.
    /// </summary>
    public bool IsTransient => Code is null or HttpStatusCode.TooManyRequests || (int)Code >= 500;
}
