using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>
/// Asks hubs and registries what sources of weights are now. Many objects name the same: one question at a time is
/// under way for each (single-flight), and its answer serves all for whom it is young enough. No question lasts: one
/// that isn't answered within <see cref="Deadline"/> counts as unanswered, and the next asks anew.
/// </summary>
internal sealed class ModelResolver(
    HubClient hub,
    RegistryClientFactory registries,
    SecretKeyReader tokens,
    TimeProvider time
)
{
    /// <summary>Bounds one question, retries included: a reconcile waits for it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Whatever a server says, it is asked again by then.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>A failure that took so long was no answer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>Who found no turn comes again then.</summary>
    private static readonly TimeSpan NextTurn = TimeSpan.FromSeconds(10);

    /// <summary>Bounds the answers that are kept.</summary>
    private const int Many = 512;

    /// <summary>Bounds what is remembered of servers that asked for a pause.</summary>
    private const int MostBytes = 1 << 20;

    private readonly SharedQuestions<SourceQuestion, SharedSourceAnswer> _asked = new(Many);
    private readonly LruCache<(string Server, string Access), SharedSourceAnswer> _paused = new(MostBytes);

    /// <summary>Returns what an answer that was given after <paramref name="after"/> (UTC) comes to.</summary>
    public async Task<ModelResolution> ResolveAsync(
        GemmaBaseImage image,
        DeclaredModel declared,
        DateTime after,
        CancellationToken cancellationToken
    )
    {
        var question = SourceQuestion.Of(image, declared);
        var answer = await _asked.AskAsync(
            question,
            () => AskAsync(question, image, declared),
            known => known.IsFor(image.Metadata.Uid, after, Now()),
            cancellationToken
        );
        return ModelJudgement.Judge(image, declared, answer.Given, answer.At, answer.Until);
    }

    private async Task<SharedSourceAnswer> AskAsync(
        SourceQuestion question,
        GemmaBaseImage image,
        DeclaredModel declared
    )
    {
        var server = (question.Server, question.Access);
        if (_paused.TryGet(server, "", out var paused) && paused.Until > Now())
        {
            return paused;
        }

        using var turn = await registries.Turns.TakeAsync(question.Server);
        if (turn is null)
        {
            var busy = $"{declared.Text}: other questions wait for its server's answer";
            return new SharedSourceAnswer(
                new SourceAnswer.HubFailed(HubError.Unavailable, busy),
                Now(),
                Now() + NextTurn
            );
        }

        var began = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var (given, pause) = await (
                declared is DeclaredModel.OnHub onHub
                    ? AskHubAsync(image, onHub, deadline.Token)
                    : AskRegistryAsync(image, (DeclaredModel.InImage)declared, deadline.Token)
            ).WaitAsync(deadline.Token);
            if (IsUnavailable(given) && time.GetElapsedTime(began) >= Silence)
            {
                turn.Silent();
            }
            else
            {
                turn.Answered();
            }

            if (pause is not { } asked || asked <= TimeSpan.Zero)
            {
                return new SharedSourceAnswer(given, Now());
            }

            var answer = new SharedSourceAnswer(given, Now(), Now() + Min(asked, LongestPause));
            _paused.Set(server, "", answer, SharedSourceAnswer.Characters);
            return answer;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            var late = $"{declared.Text}: no answer within {Deadline.TotalSeconds:0} s";
            return new SharedSourceAnswer(new SourceAnswer.HubFailed(HubError.Unavailable, late), Now());
        }
    }

    /// <summary>The token is read anew for each question: it may be replaced at any time.</summary>
    private async Task<(SourceAnswer Given, TimeSpan? Pause)> AskHubAsync(
        GemmaBaseImage image,
        DeclaredModel.OnHub declared,
        CancellationToken cancellationToken
    )
    {
        string? token = null;
        if (declared.Token is { } secret)
        {
            (token, var problem) = await tokens.ReadAsync(
                image.Metadata.NamespaceProperty,
                secret.Name,
                secret.Key,
                cancellationToken
            );
            if (problem is not null)
            {
                return (new SourceAnswer.TokenMissing(problem), null);
            }
        }

        try
        {
            return (new SourceAnswer.OfHub(await hub.ReadAsync(declared.Files, token, cancellationToken)), null);
        }
        catch (HubException e)
        {
            return (new SourceAnswer.HubFailed(e.Error, e.Message), e.RetryAfter);
        }
    }

    private async Task<(SourceAnswer Given, TimeSpan? Pause)> AskRegistryAsync(
        GemmaBaseImage image,
        DeclaredModel.InImage declared,
        CancellationToken cancellationToken
    )
    {
        var reference = declared.Reference;
        try
        {
            var client = await registries.ForPullAsync(
                image.Metadata.NamespaceProperty,
                declared.PullSecret,
                cancellationToken
            );
            var named = await client.GetManifestAsync(reference, cancellationToken);
            var content = MediaTypes.IsIndex(named.MediaType)
                ? await client.GetManifestAsync(
                    reference.WithDigest(
                        ImageIndex.Select(named, image.Spec!.Platforms[0].Text, reference.ToString()).Digest
                    ),
                    cancellationToken
                )
                : named;
            var size = ImageManifest.Parse(content, reference.ToString()).Layers.Sum(l => l.Size);
            return (new SourceAnswer.OfImage(named.Digest, size), null);
        }
        catch (RegistryException e)
        {
            return (new SourceAnswer.RegistryFailed(e.Error, e.Message), e.RetryAfter);
        }
    }

    private static bool IsUnavailable(SourceAnswer given) =>
        given
            is SourceAnswer.HubFailed { Error: HubError.Unavailable }
                or SourceAnswer.RegistryFailed { Error: RegistryError.Unavailable };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>
    /// Gets the time in whole seconds, as a status holds it: an answer is as old here as it is there.
    /// </summary>
    private DateTime Now() => Conditions.WholeSeconds(time.GetUtcNow().UtcDateTime);
}
