using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Asks registries what an upstream base reference is now. Many objects name the same reference: one question at
/// a time is under way for each, and its answer serves all for whom it is young enough. Where a registry asks for
/// a pause, nothing is asked. No question lasts: one that isn't answered within <see cref="Deadline"/> counts as
/// unanswered, and the next asks anew.
/// </summary>
internal sealed class UpstreamBaseResolver(RegistryClientFactory door, TimeProvider time)
{
    /// <summary>Bounds one question, retries included: a reconcile waits for it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Whatever a registry says, it is asked again by then.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Who found no turn comes again then.</summary>
    private static readonly TimeSpan NextTurn = TimeSpan.FromSeconds(10);

    /// <summary>Bounds what is remembered of registries.</summary>
    private const int MostBytes = 4 << 20;

    private const int MostQuestions = 8192;

    private readonly SharedQuestions<string, UpstreamBaseAnswer> _asked = new(MostQuestions);
    private readonly LruCache<string, PolledManifest> _seen = new(MostBytes);
    private readonly LruCache<string, DateTime> _paused = new(MostBytes);
    private readonly UpstreamBasePlatformReader _platforms = new();

    /// <summary>Gets how many questions and answers are kept.</summary>
    public int Kept => _asked.Count;

    /// <summary>Returns an answer that the registry gave after <paramref name="after"/> (UTC).</summary>
    public async Task<UpstreamBaseResolution> ResolveAsync(
        GemmaBaseImage image,
        DeclaredBase declared,
        DateTime after,
        CancellationToken cancellationToken
    )
    {
        var key = Key(image, declared, declared.Text);
        var answer = await _asked.AskAsync(
            key,
            () => AskAsync(key, image, declared),
            a => a.IsFor(image.Metadata.Uid, after, time.GetUtcNow().UtcDateTime),
            cancellationToken
        );
        if (
            answer.Resolution is not UpstreamBaseResolution.Resolved resolved
            || KnownBase.Read(image.Status?.ResolvedBase) is not { } known
            || known.Base != declared
            || known.Digest == resolved.Digest
        )
        {
            return answer.Resolution;
        }

        // What moved may be another platform's image, or an attestation.
        var question = new UpstreamBaseMove(
            Key(image, declared, declared.Reference.Repository.ToString()),
            known.Digest,
            resolved.Digest,
            string.Join(',', image.Spec!.Platforms.Select(p => p.Text)),
            resolved.CheckedAt
        );
        return await _platforms.CompareAsync(
            question,
            () => CompareAsync(image, declared, question),
            cancellationToken
        );
    }

    /// <summary>Credentials are a namespace's own: an answer that they gave isn't for others.</summary>
    private static string Key(GemmaBaseImage image, DeclaredBase declared, string about) =>
        BaseIdentity.Of(image, declared.Reference.Repository) switch
        {
            BaseIdentity.Secret secret => $"{about} {image.Metadata.NamespaceProperty}/{secret.Name}",
            BaseIdentity.Workload => $"{about} workload identity",
            _ => about,
        };

    private async Task<UpstreamBaseAnswer> AskAsync(string key, GemmaBaseImage image, DeclaredBase declared)
    {
        var before = _seen.TryGet(key, "", out var seen) ? seen : null;
        return await QuestionAsync(
            image,
            declared,
            async (client, cancellationToken) =>
            {
                var polled = await client.PollAsync(declared.Reference, before, cancellationToken);
                _seen.Set(key, "", polled, key.Length);
                return (new UpstreamBaseResolution.Resolved(declared, polled.Found.Digest, Now()), polled.Pause);
            }
        );
    }

    private async Task<UpstreamBaseResolution> CompareAsync(
        GemmaBaseImage image,
        DeclaredBase declared,
        UpstreamBaseMove move
    )
    {
        var answer = await QuestionAsync(
            image,
            declared,
            async (client, cancellationToken) =>
            {
                var isSame = await _platforms.IsSameAsync(client, declared.Reference, move, cancellationToken);
                return (
                    new UpstreamBaseResolution.Resolved(declared, isSame ? move.From : move.To, move.CheckedAt),
                    null
                );
            }
        );
        return answer.Resolution;
    }

    /// <summary>
    /// Asks one thing of a registry, when it is its turn and for a bounded time, and sorts what comes of it.
    /// </summary>
    private async Task<UpstreamBaseAnswer> QuestionAsync(
        GemmaBaseImage image,
        DeclaredBase declared,
        Func<RegistryClient, CancellationToken, Task<(UpstreamBaseResolution, TimeSpan? Pause)>> ask
    )
    {
        var registry = Key(image, declared, declared.Reference.Repository.Host);
        if (_paused.TryGet(registry, "", out var until) && until > Now())
        {
            return new UpstreamBaseAnswer(Held(declared, until, "it asked for a pause"), Now(), until);
        }

        using var turn = await door.Turns.TakeAsync(declared.Reference.Repository.Host);
        if (turn is null)
        {
            var next = Now() + NextTurn;
            return new UpstreamBaseAnswer(Held(declared, next, "other questions wait for its answer"), Now(), next);
        }

        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var client = await door.ForBaseAsync(image, declared.Reference.Repository, deadline.Token)
                .WaitAsync(deadline.Token);
            var (resolution, pause) = await ask(client, deadline.Token).WaitAsync(deadline.Token);
            turn.Answered();
            Pause(registry, pause);
            return new UpstreamBaseAnswer(resolution, Now());
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            return Unanswered(declared, $"no answer within {Deadline.TotalSeconds:0} s");
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            turn.Heard(e);
            return Pause(registry, e.RetryAfter) is { } at
                ? new UpstreamBaseAnswer(Held(declared, at, e.Message), Now(), at)
                : Unanswered(declared, e.Message);
        }
        catch (RegistryException e)
        {
            turn.Answered();
            return new UpstreamBaseAnswer(
                new UpstreamBaseResolution.Refused(
                    declared,
                    $"spec.base: {declared} can't be resolved: {e.Message}",
                    e.Error == RegistryError.EgressRefused
                ),
                Now()
            );
        }
    }

    private UpstreamBaseAnswer Unanswered(DeclaredBase declared, string why) =>
        new(
            new UpstreamBaseResolution.Unavailable(declared, $"The base image {declared} can't be resolved now: {why}"),
            Now()
        );

    private DateTime? Pause(string registry, TimeSpan? asksFor)
    {
        if (asksFor is not { } pause || pause <= TimeSpan.Zero)
        {
            return null;
        }

        var until = Now() + (pause < LongestPause ? pause : LongestPause);
        _paused.Set(registry, "", until, registry.Length);
        return until;
    }

    private static UpstreamBaseResolution.Unavailable Held(DeclaredBase declared, DateTime until, string why) =>
        new(
            declared,
            $"The base image {declared} can't be resolved before {until:yyyy-MM-dd HH:mm:ss} UTC: {why}",
            until
        );

    /// <summary>
    /// Gets the time in whole seconds, as a status holds it: an answer is as old here as it is there.
    /// </summary>
    private DateTime Now() => Conditions.WholeSeconds(time.GetUtcNow().UtcDateTime);
}
