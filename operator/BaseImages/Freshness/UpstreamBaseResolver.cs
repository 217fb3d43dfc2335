using System.Collections.Concurrent;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Asks registries what an upstream base reference is now. Many objects name the same reference: one question at
/// a time is under way for each, and its answer serves all for whom it is young enough. Where a registry asks for
/// a pause, nothing is asked.
/// </summary>
internal sealed class UpstreamBaseResolver(RegistryClientFactory door, TimeProvider time)
{
    /// <summary>Whatever a registry says, it is asked again by then.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<UpstreamBaseAnswer>>> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PolledManifest> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTime> _paused = new(StringComparer.Ordinal);

    /// <summary>Returns an answer that the registry gave after <paramref name="after"/> (UTC).</summary>
    public async Task<UpstreamBaseResolution> ResolveAsync(
        GemmaBaseImage image,
        DeclaredBase declared,
        DateTime after,
        CancellationToken cancellationToken
    )
    {
        var key = Key(image, declared, declared.Text);
        while (true)
        {
            var own = new Lazy<Task<UpstreamBaseAnswer>>(() => AskAsync(key, image, declared));
            var question = _asked.GetOrAdd(key, own);
            var answer = await question.Value.WaitAsync(cancellationToken);
            if (answer.IsFor(image.Metadata.Uid, after, time.GetUtcNow().UtcDateTime) || question == own)
            {
                return answer.Resolution;
            }

            _asked.TryRemove(KeyValuePair.Create(key, question));
        }
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
        var registry = Key(image, declared, declared.Reference.Repository.Host);
        if (_paused.TryGetValue(registry, out var until) && until > Now())
        {
            return new UpstreamBaseAnswer(Held(declared, until, "it asked for a pause"), Now(), until);
        }

        try
        {
            var client = await door.ForBaseAsync(image, declared.Reference.Repository, CancellationToken.None);
            var polled = await client.PollAsync(
                declared.Reference,
                _seen.GetValueOrDefault(key),
                CancellationToken.None
            );
            _seen[key] = polled;
            Pause(registry, polled.Pause);
            return new UpstreamBaseAnswer(
                new UpstreamBaseResolution.Resolved(declared, polled.Found.Digest, Now()),
                Now()
            );
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            return Pause(registry, e.RetryAfter) is { } at
                ? new UpstreamBaseAnswer(Held(declared, at, e.Message), Now(), at)
                : new UpstreamBaseAnswer(
                    new UpstreamBaseResolution.Unavailable(
                        declared,
                        $"The base image {declared} can't be resolved now: {e.Message}"
                    ),
                    Now()
                );
        }
        catch (RegistryException e)
        {
            return new UpstreamBaseAnswer(
                new UpstreamBaseResolution.Refused(declared, $"spec.base: {declared} can't be resolved: {e.Message}"),
                Now()
            );
        }
        catch (Exception)
        {
            // No answer at all, such as an API server that doesn't give the Secret: nothing to share.
            _asked.TryRemove(key, out _);
            throw;
        }
    }

    private DateTime? Pause(string registry, TimeSpan? asksFor)
    {
        if (asksFor is not { } pause || pause <= TimeSpan.Zero)
        {
            return null;
        }

        return _paused[registry] = Now() + (pause < LongestPause ? pause : LongestPause);
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
