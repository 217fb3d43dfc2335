using System.Net;

namespace StandIns.Processes;

/// <summary>Asks programs whether they are up.</summary>
public static class HttpProbe
{
    /// <summary>Sends a GET; returns the answer's status, or null while nothing answers.</summary>
    public static async Task<HttpStatusCode?> StatusAsync(
        HttpClient http,
        Uri address,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
