using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Identities;

/// <summary>Says what a cloud is asked for, in the words of errors.</summary>
/// <param name="What">What is wanted, and from whom.</param>
/// <param name="Doubt">What to look at where nobody answers.</param>
/// <param name="Judge">Reads a refusal in the cloud's own form; null, or what returns null: as a registry's.</param>
internal sealed record TokenQuestion(string What, string Doubt, Func<string, RegistryException?>? Judge = null)
{
    /// <summary>Bounds the wait for each answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request whose answer is an object.</summary>
    /// <exception cref="RegistryException">There is no such answer.</exception>
    public async Task<JsonObject> AskAsync(
        HttpClient http,
        HttpRequestMessage request,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
            {
                return RegistryJson.Object(
                    await BoundedBody.ReadAsync(response, BoundedBody.TokenLimit, What, either.Token),
                    What
                );
            }

            var body = await BoundedBody.TextAsync(response, time, either.Token);
            throw Judge?.Invoke(body) ?? RegistryFailure.Of(response, What, body, time.GetUtcNow());
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new RegistryException(RegistryError.Unavailable, $"{What}: no answer; {Doubt}", e);
        }
    }
}
