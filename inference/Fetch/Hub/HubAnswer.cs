using System.Net;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch.Hub;

/// <summary>
/// Says what a hub's refusal means. The hub names causes in <c>X-Error-Code</c>; a missing repository is a 401 to whom
/// gives no token, so as not to tell what private repositories there are.
/// </summary>
/// <param name="hasToken">Whether a token was given.</param>
internal sealed class HubAnswer(HubReference model, HubEndpoint endpoint, bool hasToken, TimeProvider time)
{
    /// <param name="answer">Neither success nor redirect.</param>
    /// <param name="file">What was asked for; null for the repository itself.</param>
    public FetchException Judge(HttpResponseMessage answer, string? file)
    {
        var code = answer.Headers.TryGetValues("X-Error-Code", out var values) ? values.FirstOrDefault() : null;
        var where = $"{endpoint}/{model.Repository}";
        return (answer.StatusCode, code) switch
        {
            (_, "GatedRepo") => Gated(where),
            (_, "RevisionNotFound") => new FetchException(
                FetchReason.NotFound,
                $"{where} has no revision '{model.Revision}'; expected a branch, a tag or a commit of it"
            ),
            (_, "EntryNotFound") => new FetchException(FetchReason.NotFound, $"{where} has no file {file}"),
            (_, "RepoNotFound") => NoRepository(where),
            (HttpStatusCode.Unauthorized, _) => new FetchException(
                FetchReason.Unauthorized,
                hasToken
                    ? $"{endpoint} doesn't take the token; make a new one there with read access"
                    : $"{where} needs a token; give one that may read it"
            ),
            (HttpStatusCode.Forbidden, _) => new FetchException(
                FetchReason.Unauthorized,
                hasToken
                    ? $"the token may not read {where}; give it read access to this repository"
                    : $"{where} needs a token; give one that may read it"
            ),
            (HttpStatusCode.NotFound, _) => file is null
                ? NoRepository(where)
                : new FetchException(FetchReason.NotFound, $"{where} has no file {file}"),
            _ => Failed(answer),
        };
    }

    /// <summary>Judges an answer of whoever stores files for the hub.</summary>
    public FetchException Failed(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        return new FetchException(
            FetchReason.Unavailable,
            $"{SafeHttp.Host(answer)} answered {status}" + (status == 429 ? " (too many requests)" : "")
        )
        {
            Retry = status is 408 or 425 or 429 or >= 500,
            RetryAfter = WaitHeaders.Read(answer.Headers, time.GetUtcNow()),
        };
    }

    private FetchException Gated(string where) =>
        new(
            FetchReason.Gated,
            $"{model.Repository} is gated: accept its licence at {where} with the account whose token is used"
                + (hasToken ? "" : ", and give that token")
        );

    private FetchException NoRepository(string where) =>
        new(
            FetchReason.NotFound,
            $"there is no model {where}"
                + (hasToken ? " that the token may read" : ", or it is private and needs a token")
        );
}
