using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Client;

/// <summary>Holds one HTTP request, in a form that can be sent more than once.</summary>
internal sealed record KubeCall(KubeRequest Request, HttpMethod Method, string PathAndQuery)
{
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string Accept { get; init; } = "application/json";

    /// <summary>
    /// Gets what is asked before every attempt: a request that waited may have outlived the right to send it.
    /// </summary>
    public IWriteFence? Fence { get; init; }

    /// <summary>Goes over the connections reserved for watches.</summary>
    public bool IsWatch { get; init; }
}
