using System.Buffers.Text;
using Azure;
using Azure.Core;
using Azure.Identity;
using GemmaOperator.Api.Validation;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using Microsoft.Identity.Client;

namespace GemmaOperator.Registry.Identities;

/// <summary>
/// Gets Azure Container Registry's refresh token for the operator's own identity, as Azure's library finds it:
/// workload identity, a managed identity, or variables. Entra ID's token is exchanged at the registry itself, which
/// gives one for itself alone that lives for three hours (Azure/acr, AAD-OAuth).
/// </summary>
/// <param name="http">What leaves the operator.</param>
/// <param name="time">The clock.</param>
/// <param name="entra">What gives Entra ID's tokens; null: as the library finds it.</param>
internal sealed class AzureIdentity(HttpClient http, TimeProvider time, TokenCredential? entra = null) : IDisposable
{
    /// <summary>What stands for a user where the password is a token.</summary>
    private const string Nobody = "00000000-0000-0000-0000-000000000000";

    private const string Audience = "https://containerregistry.azure.net/.default";
    private const string Doubt =
        "does the operator run with a workload identity (azure.workload.identity/client-id at its ServiceAccount, and "
        + "the label azure.workload.identity/use at its pods)?";

    /// <summary>Is taken where a token doesn't say when it ends.</summary>
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(30);

    private readonly KeptTokens _kept = new(time);
    private readonly Lazy<TokenCredential> _entra = new(() => entra ?? Found(), LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="RegistryException">There is no identity, or it gets no token.</exception>
    public Task<RegistryCredential> CredentialAsync(
        CloudRegistry.Azure registry,
        CancellationToken cancellationToken
    ) => _kept.GetAsync(registry.Host, token => AskAsync(registry.Host, token), cancellationToken);

    public void Dispose() => _kept.Dispose();

    /// <summary>Returns what a pod can have; nothing of a developer's machine.</summary>
    private static DefaultAzureCredential Found() =>
        new(
            new DefaultAzureCredentialOptions
            {
                ExcludeAzureCliCredential = true,
                ExcludeAzureDeveloperCliCredential = true,
                ExcludeAzurePowerShellCredential = true,
                ExcludeBrokerCredential = true,
                ExcludeInteractiveBrowserCredential = true,
                ExcludeVisualStudioCodeCredential = true,
                ExcludeVisualStudioCredential = true,
            }
        );

    private async Task<CloudToken> AskAsync(string host, CancellationToken cancellationToken)
    {
        var question = new TokenQuestion($"token from {host} for the operator's identity", Doubt);
        var access = await EntraAsync(question, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://{host}/oauth2/exchange"))
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "access_token"),
                new("service", host),
                new("access_token", access),
            ]),
        };
        request.For(EgressPurpose.Service);
        var json = await question.AskAsync(http, request, time, cancellationToken);
        return RegistryJson.Text(json["refresh_token"]) is { Length: > 0 } token
            ? new CloudToken(new RegistryCredential(Nobody, token), End(token))
            : throw new RegistryException(RegistryError.Invalid, $"{question.What}: the answer holds no refresh_token");
    }

    private async Task<string> EntraAsync(TokenQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            // The library looks for an identity before it gives a task: that mustn't hold up who asks.
            var token = await Task.Run(
                    () => _entra.Value.GetTokenAsync(new TokenRequestContext([Audience]), cancellationToken).AsTask(),
                    cancellationToken
                )
                .WaitAsync(TokenQuestion.Patience, time, cancellationToken);
            return token.Token;
        }
        catch (AuthenticationFailedException e) when (e is not CredentialUnavailableException && !Passes(e))
        {
            throw new RegistryException(
                RegistryError.Unauthorized,
                $"{question.What}: Entra ID refuses the operator's identity: check its federated credential (issuer, "
                    + "and subject system:serviceaccount:NAMESPACE:NAME) and tenant",
                e
            );
        }
        catch (AuthenticationFailedException e) when (e is not CredentialUnavailableException)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{question.What}: Entra ID gives no answer; may the operator reach it?",
                e
            );
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The library's errors are of many kinds, those of files and variables among them.
            throw new RegistryException(RegistryError.Unavailable, $"{question.What}: no identity; {Doubt}", e);
        }
    }

    /// <summary>Returns whether it is the way to Entra ID, or its health, that a question failed of.</summary>
    private static bool Passes(Exception? e) =>
        e switch
        {
            null => false,
            HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
            RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
            MsalException { IsRetryable: true } => true,
            AggregateException several => several.InnerExceptions.Any(Passes),
            _ => Passes(e.InnerException),
        };

    /// <summary>Reads when a JSON Web Token ends, from the claim <c>exp</c>.</summary>
    private DateTimeOffset End(string token)
    {
        var parts = token.Split('.');
        var soon = time.GetUtcNow() + ShortestLifetime;
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
        {
            return soon;
        }

        try
        {
            var claims = RegistryJson.Object(Base64Url.DecodeFromChars(parts[1]), "a token");
            var end = RegistryJson.Number(claims["exp"]);
            return end is > 0 and < 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(end) : soon;
        }
        catch (RegistryException)
        {
            return soon;
        }
    }
}
