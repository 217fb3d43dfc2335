using System.Collections.Concurrent;
using GemmaOperator.Api;
using GemmaOperator.Plan;
using GemmaOperator.Registry;

namespace GemmaOperator.Reconcilers;

/// <summary>
/// Asks registries what a base reference is now. Many objects name the same reference: an answer is shared for a minute,
/// and one question at a time is under way for each reference and Secret.
/// </summary>
internal sealed class BaseResolver(RegistryDoor door, TimeProvider time)
{
    private static readonly TimeSpan SharedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<BaseResolution>>> asked = new(StringComparer.Ordinal);

    public async Task<BaseResolution> ResolveAsync(GemmaBaseImage image, string reference, CancellationToken cancellationToken)
    {
        // Credentials are a namespace's own: an answer that they gave isn't for others.
        var secret = image.Spec!.Base.PullSecretRef?.Name;
        var key = string.IsNullOrEmpty(secret) ? reference : $"{reference} {image.Metadata.NamespaceProperty}/{secret}";
        var question = asked.GetOrAdd(key, _ => new Lazy<Task<BaseResolution>>(() => AskAsync(image, reference)));
        var answer = await question.Value.WaitAsync(cancellationToken);
        if (answer is not BaseResolution.Resolved resolved || time.GetUtcNow().UtcDateTime - resolved.CheckedAt >= SharedFor)
        {
            asked.TryRemove(KeyValuePair.Create(key, question));
            return answer is BaseResolution.Resolved ? await ResolveAsync(image, reference, cancellationToken) : answer;
        }

        return answer;
    }

    private async Task<BaseResolution> AskAsync(GemmaBaseImage image, string reference)
    {
        try
        {
            var client = await door.ForBaseAsync(image, CancellationToken.None);
            var found = await client.ResolveAsync(ImageReference.Parse(reference), CancellationToken.None);
            return new BaseResolution.Resolved(reference, found.Digest.ToString(), time.GetUtcNow().UtcDateTime);
        }
        catch (RegistryException e)
        {
            return e.IsTransient
                ? new BaseResolution.Unavailable(reference, $"The base image {reference} can't be resolved now: {e.Message}")
                : new BaseResolution.Refused(reference, $"spec.base: {reference} can't be resolved: {e.Message}");
        }
    }
}
