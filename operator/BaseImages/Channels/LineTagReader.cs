using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>
/// Reads the tags of repositories, those of one line each, with the credentials of the base. Many objects have bases of
/// the same line: one question at a time is under way for each, and its answer serves all for whom it is young enough.
/// </summary>
internal sealed class LineTagReader(RegistryClientFactory door, TimeProvider time)
{
    /// <summary>Bounds one question: a list may have many pages.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>A failure serves others for so long.</summary>
    private static readonly TimeSpan FailureSharedFor = TimeSpan.FromMinutes(1);

    /// <summary>What is known of an image serves others for so long: many take the same one.</summary>
    private static readonly TimeSpan ImageSharedFor = TimeSpan.FromMinutes(10);

    private readonly SharedQuestions<string, (LineTags Tags, DateTime At)> _asked = new(RegistryQuestion.Most);
    private readonly SharedQuestions<string, Look> _looks = new(RegistryQuestion.Most);

    /// <summary>Returns the versions of a line, listed after a time (UTC).</summary>
    public async Task<LineTags> ListAsync(
        GemmaBaseImage image,
        BaseLine line,
        DateTime after,
        CancellationToken cancellationToken
    )
    {
        var (tags, _) = await _asked.AskAsync(
            Key(image, line.Repository, line.Name),
            async () => (await ListNowAsync(image, line), Now),
            known => known.At > (known.Tags is LineTags.Listed ? after : Now - FailureSharedFor),
            cancellationToken
        );
        return tags;
    }

    /// <summary>
    /// Says why an image can't be built on, null when it is there for each platform; or why that isn't known, since the
    /// registry doesn't say it now.
    /// </summary>
    public async Task<(string? Problem, string? Failure)> ProblemAsync(
        GemmaBaseImage image,
        ImageReference reference,
        IReadOnlyList<string> platforms,
        CancellationToken cancellationToken
    )
    {
        var look = await _looks.AskAsync(
            Key(image, reference.Repository, $"{reference} {string.Join(',', platforms)}"),
            () => LookNowAsync(image, reference, platforms),
            known => known.At > Now - (known.Failure is null ? ImageSharedFor : FailureSharedFor),
            cancellationToken
        );
        return (look.Problem, look.Failure);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Credentials are a namespace's own: an answer that they gave isn't for others.</summary>
    private static string Key(GemmaBaseImage image, ImageRepository repository, string about) =>
        BaseIdentity.Of(image, repository) switch
        {
            BaseIdentity.Secret secret => $"{about} {image.Metadata.NamespaceProperty}/{secret.Name}",
            BaseIdentity.Workload => $"{about} workload identity",
            _ => about,
        };

    private async Task<Look> LookNowAsync(
        GemmaBaseImage image,
        ImageReference reference,
        IReadOnlyList<string> platforms
    )
    {
        string? problem = null;
        var failure = await AskAsync(
            image,
            reference.Repository,
            async (client, cancellationToken) =>
            {
                try
                {
                    problem = Judge(await client.GetManifestAsync(reference, cancellationToken), reference, platforms);
                }
                catch (RegistryException e) when (e.Error is RegistryError.NotFound or RegistryError.Invalid)
                {
                    problem = e.Message;
                }
            }
        );
        return new Look(problem, failure, Now);
    }

    private async Task<LineTags> ListNowAsync(GemmaBaseImage image, BaseLine line)
    {
        IReadOnlyList<BaseVersion> versions = [];
        var failure = await AskAsync(
            image,
            line.Repository,
            async (client, cancellationToken) =>
            {
                // Of a hundred thousand tags, only those of the line count.
                var listed = await client.ListTagsAsync(
                    line.Repository,
                    tag => line.VersionOf(tag) is not null,
                    cancellationToken
                );
                versions = [.. listed.Tags.Select(t => line.VersionOf(t.ToString())).OfType<BaseVersion>()];
            }
        );
        return failure is null ? new LineTags.Listed(versions) : new LineTags.Unlisted(failure);
    }

    /// <summary>An image by itself says nothing of its platform; one for several must be an index.</summary>
    private static string? Judge(ManifestContent content, ImageReference reference, IReadOnlyList<string> platforms)
    {
        if (!MediaTypes.IsIndex(content.MediaType))
        {
            return platforms.Count > 1 ? $"{reference} is an image for one platform" : null;
        }

        try
        {
            foreach (var platform in platforms)
            {
                ImageIndex.Select(content, platform, reference.ToString());
            }

            return null;
        }
        catch (RegistryException e)
        {
            return e.Message;
        }
    }

    /// <summary>Asks when it is the registry's turn, and for a bounded time; returns why it failed, or null.</summary>
    private async Task<string?> AskAsync(
        GemmaBaseImage image,
        ImageRepository repository,
        Func<RegistryClient, CancellationToken, Task> ask
    )
    {
        using var turn = await door.Turns.TakeAsync(repository.Host);
        if (turn is null)
        {
            return $"{repository.Host}: {RegistryPatience.NoTurn}";
        }

        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var client = await door.ForBaseAsync(image, repository, deadline.Token).WaitAsync(deadline.Token);
            await ask(client, deadline.Token).WaitAsync(deadline.Token);
            turn.Answered();
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            return $"{repository}: no answer within {Deadline.TotalSeconds:0} s";
        }
        catch (RegistryException e)
        {
            turn.Heard(e);
            return e.Message;
        }
    }

    /// <summary>Says what was found out of an image, or why nothing was.</summary>
    private sealed record Look(string? Problem, string? Failure, DateTime At);
}
