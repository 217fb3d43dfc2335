using System.Collections.Concurrent;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Reads server images in their registry, manifest and config, with the credentials that assembling will use. Many
/// objects name the same image: one question at a time is under way for each (single-flight), and its answer serves
/// all for a while.
/// </summary>
internal sealed class ServerImageReader(RegistryClientFactory door, TimeProvider time)
{
    /// <summary>Bounds one question, retries included: a reconcile waits for it.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>What an image says of itself moves seldom, and assembling reads it again.</summary>
    private static readonly TimeSpan FoundFor = TimeSpan.FromMinutes(5);

    /// <summary>Shorter than the pause between two looks of one object, so that each look sees what was mended.</summary>
    private static readonly TimeSpan FailureFor = TimeSpan.FromSeconds(20);

    /// <summary>Whatever a registry asks for, it is asked again by then.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>From here on answers that are out of date are looked for and dropped.</summary>
    private const int Many = 256;

    private readonly ConcurrentDictionary<Question, Lazy<Task<Answer>>> _asked = new();

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    public async Task<ServerImageAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageReference reference,
        CancellationToken cancellationToken
    )
    {
        var question = Question.Of(ns, template, reference);
        while (true)
        {
            var own = new Lazy<Task<Answer>>(() => AskAsync(question, ns, template, reference));
            var asked = _asked.GetOrAdd(question, own);
            var answer = await asked.Value.WaitAsync(cancellationToken);
            if (asked == own || answer.Until > time.GetUtcNow())
            {
                return answer.Given;
            }

            _asked.TryRemove(KeyValuePair.Create(question, asked));
        }
    }

    private async Task<Answer> AskAsync(Question question, string ns, BuildTemplate template, ImageReference reference)
    {
        DropOutdated();
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var client = await door.ForTemplateAsync(ns, template, deadline.Token);
            return For(await ReadAsync(client, reference, template, deadline.Token), null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return For(
                new ServerImageAnswer.Unavailable(
                    $"{reference}: its registry hasn't answered within {Deadline.TotalSeconds:0} s"
                ),
                null
            );
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            return For(new ServerImageAnswer.Unavailable(e.Message), e.RetryAfter);
        }
        catch (RegistryException e)
        {
            return For(new ServerImageAnswer.Unusable(Explain(e, template)), null);
        }
        catch (Exception)
        {
            // No answer at all, such as an API server that doesn't give the Secret: nothing to share.
            _asked.TryRemove(question, out _);
            throw;
        }
    }

    private static async Task<ServerImageAnswer> ReadAsync(
        RegistryClient client,
        ImageReference reference,
        BuildTemplate template,
        CancellationToken cancellationToken
    )
    {
        ManifestContent content;
        try
        {
            content = await client.GetManifestAsync(reference, cancellationToken);
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return new ServerImageAnswer.Missing(Explain(e, template));
        }

        var image = await ImageReader.ReadAsync(client, reference, content, template.Platform.Text, cancellationToken);
        return OwnLayers.Problem(image, template.Platform.Text) is { } problem
            ? new ServerImageAnswer.Unusable(problem)
            : new ServerImageAnswer.Found(ServerImageFacts.Of(reference, image));
    }

    /// <summary>A registry that hides what the asker may not read says 404 or 401: both mean either.</summary>
    private static string Explain(RegistryException e, BuildTemplate template) =>
        e.Error is RegistryError.NotFound or RegistryError.Unauthorized
        && template is { PullSecretName: null or "", PushSecretName: null or "" }
        && template.Output.Credentials.Type != CredentialsType.WorkloadIdentity
            ? $"{e.Message}; no credentials are set (spec.output.credentials, spec.base.pullSecretRef), so it may "
                + "also be private"
            : e.Message;

    private Answer For(ServerImageAnswer given, TimeSpan? pause)
    {
        var lasts = given is ServerImageAnswer.Found ? FoundFor : FailureFor;
        if (pause > lasts)
        {
            lasts = pause < LongestPause ? pause.Value : LongestPause;
        }

        return new Answer(given, time.GetUtcNow() + lasts);
    }

    private void DropOutdated()
    {
        if (_asked.Count < Many)
        {
            return;
        }

        foreach (var (question, asked) in _asked)
        {
            if (asked is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                var answer = asked.Value.GetAwaiter().GetResult();
                if (answer.Until <= time.GetUtcNow())
                {
                    _asked.TryRemove(KeyValuePair.Create(question, asked));
                }
            }
        }
    }

    /// <summary>Holds all that an answer depends on; credentials are a namespace's own.</summary>
    private sealed record Question(string Reference, string Platform, string Access)
    {
        public static Question Of(string ns, BuildTemplate template, ImageReference reference)
        {
            string?[] secrets = [template.PullSecretName, template.PushSecretName];
            var credentials = secrets.Any(s => !string.IsNullOrEmpty(s)) ? $"{ns}/{string.Join('/', secrets)}" : "";
            var plain = template.Output.Insecure ? template.Output.Repository : "";
            return new Question(
                reference.ToString(),
                template.Platform.Text,
                $"{template.Output.Credentials.Type} {credentials} {plain}"
            );
        }
    }

    /// <summary>Holds what was answered, and until when it counts.</summary>
    private sealed record Answer(ServerImageAnswer Given, DateTimeOffset Until);
}
