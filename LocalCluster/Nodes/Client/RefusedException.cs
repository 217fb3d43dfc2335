using System.Net;

namespace LocalCluster.Nodes.Client;

/// <summary>Carries what an API server refused, in its own words.</summary>
internal sealed class RefusedException(string request, HttpStatusCode status, string words)
    : HttpRequestException($"{request}: {(int)status} {words}", null, status)
{
    /// <summary>Gets the message of the Status that was answered.</summary>
    public string Words => words;
}
