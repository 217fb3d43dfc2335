using System.Net.Http.Headers;
using System.Text;
using GemmaOperator.Runtime.Contracts;
using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Dashboard.Access;

/// <summary>
/// Lets in whoever has a token that the API server takes, and shows them what it lets them read. A proxy sends the
/// token as a bearer's; a browser by itself asks for a password, which is the token. Nothing can be done with it here
/// but to read, and no other site can read the answers.
/// </summary>
/// <param name="reviews">Says who somebody is, and what they may do.</param>
/// <param name="time">The clock of those who wait for their turn.</param>
/// <param name="tell">Told why nobody could be asked.</param>
internal sealed class TokenGate(IReviews reviews, TimeProvider time, Action<string> tell) : IGate
{
    /// <summary>Bounds a token, in characters; those of the cluster have some 1,000.</summary>
    private const int LongestToken = 8192;

    private readonly TokenQuestions _questions = new(reviews, time);

    public async Task<Admission> AdmitAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (TokenOf(context.Request.Headers.Authorization) is not { } token)
        {
            return Unknown(context, "Log in with a token of this cluster.");
        }

        // Who is known waits for no stranger.
        if (reviews.Remembered(token) is { } known)
        {
            return Admitted(context, known);
        }

        try
        {
            var place = ReviewTurns.PlaceOf(context.Connection.RemoteIpAddress);
            return await _questions.WhoAsync(token, place, cancellationToken) switch
            {
                TokenQuestions.Answer.Known(var who) => Admitted(context, who),
                TokenQuestions.Answer.NoTurn => Busy(context),
                _ => Unknown(context, "The API server doesn't take this token; it may have expired."),
            };
        }
        catch (KubeApiException e)
        {
            // Who isn't known yet isn't told what the operator may not do.
            tell(e.Explanation);
            return new Admission.Refused(
                StatusCodes.Status503ServiceUnavailable,
                "The API server doesn't say",
                "It couldn't be asked whose token this is; the operator's log says why."
            );
        }
    }

    /// <summary>Returns the token of a header: a bearer's, or the password of whatever user.</summary>
    internal static string? TokenOf(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var given) || given.Parameter is not { Length: > 0 } value)
        {
            return null;
        }

        var token = given.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => value,
            "BASIC" => PasswordOf(value),
            _ => null,
        };
        return token is { Length: > 0 and <= LongestToken } && token.All(c => c is > ' ' and < '\x7f') ? token : null;
    }

    private static string? PasswordOf(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return
            Convert.TryFromBase64String(encoded, bytes, out var count)
            && Encoding.Latin1.GetString(bytes, 0, count).Split(':', 2) is [_, var password]
            ? password.Trim()
            : null;
    }

    private Admission.Admitted Admitted(HttpContext context, Identity who) =>
        new("/", (context.Request.Path.Value ?? "/").TrimStart('/'), who.Name, new Rights(reviews, who));

    private static Admission.Refused Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return new Admission.Refused(
            StatusCodes.Status503ServiceUnavailable,
            "Busy",
            "Too many ask at once who they are; try again."
        );
    }

    private static Admission.Refused Unknown(HttpContext context, string why)
    {
        context.Response.Headers.WWWAuthenticate =
            """Basic realm="A token of this cluster, as the password", charset="UTF-8" """.Trim();
        return new Admission.Refused(
            StatusCodes.Status401Unauthorized,
            "Who are you?",
            why
                + " Leave the user empty, and give as the password what kubectl create token NAME prints for a service "
                + "account that may list gemmabaseimages; or let a proxy send it as Authorization: Bearer."
        );
    }

    /// <summary>Asks for each right when it is needed.</summary>
    private sealed class Rights(IReviews reviews, Identity who) : IRights
    {
        public async Task<string?> RefusalAsync(AskedAccess asked, CancellationToken cancellationToken) =>
            await reviews.MayAsync(who, asked, cancellationToken)
                ? null
                : $"{who.Name} is not allowed to {asked}: ask for the verb {asked.Verb} on {asked.Resource}.";
    }
}
