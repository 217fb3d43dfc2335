using System.Net;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <content>What lists a repository's tags.</content>
internal sealed partial class RegistryClient
{
    /// <summary>Bounds how many tags are looked at.</summary>
    private const int MostTags = 2000;

    /// <summary>Bounds how many pages are asked for: registries choose their length.</summary>
    private const int MostPages = 100;

    /// <summary>Bounds how many names are read, those that nobody asks for among them.</summary>
    private const int MostNames = 50_000;

    /// <summary>Asks for pages of so many tags; registries may make them shorter.</summary>
    private const int PageLength = 500;

    /// <summary>Returns the digest that a reference stands for; null where the registry has no such image.</summary>
    public async Task<ImageDigest?> FindAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return (await ResolveAsync(reference, cancellationToken)).Digest;
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Lists a repository's tags, page by page and at most <see cref="MostTags"/>; none when it doesn't exist.
    /// </summary>
    public Task<TagList> ListTagsAsync(ImageRepository repository, CancellationToken cancellationToken) =>
        ListTagsAsync(repository, _ => true, cancellationToken);

    /// <summary>
    /// Lists those of a repository's tags that are asked for, page by page: the others take none's place in the count.
    /// </summary>
    public async Task<TagList> ListTagsAsync(
        ImageRepository repository,
        Func<string, bool> isAskedFor,
        CancellationToken cancellationToken
    )
    {
        var call = Call(HttpMethod.Get, repository, $"tags/list?n={PageLength}") with
        {
            Accepts = [HttpStatusCode.NotFound],
        };
        var (tags, seen) = (new List<ImageTag>(), new HashSet<string>(StringComparer.Ordinal));
        var (images, attached) = (0, 0);
        for (var pages = 0; pages < MostPages; pages++)
        {
            using var response = await PageAsync(call, repository, isFirst: pages == 0, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return new TagList(tags, true);
            }

            var named = Names(await ReadAsync(response, BoundedBody.ManifestLimit, call, cancellationToken), call);
            // What isn't asked for is kept as well, to see that pages lead on.
            var bounded = named.Where(t => t.Length <= ImageTag.MaxLength).Take(MostNames - seen.Count).ToList();
            var news = bounded.Where(seen.Add).ToList();
            var wanted = news.Where(isAskedFor).ToList();
            var before = tags.Count;
            // What is attached to images has tags of its own, which take no image's place in the count.
            tags.AddRange(
                wanted
                    .Select(t => ImageTag.TryParse(t, out var tag, out _) ? tag : null)
                    .OfType<ImageTag>()
                    .Where(t => ReferrersTag.Is(t.ToString()) ? ++attached <= MostTags : ++images <= MostTags)
            );
            if (tags.Count - before < wanted.Count || bounded.Count < named.Count)
            {
                return new TagList(tags, false);
            }

            var next = TagPages.Next(response, call.Url, named, PageLength);
            if (next is null)
            {
                return new TagList(tags, true);
            }

            // A page that leads elsewhere, or brings nothing new, leads nowhere.
            if (next.Authority != call.Url.Authority || (news.Count == 0 && named.Count > 0))
            {
                return new TagList(tags, false);
            }

            call = call with { Url = next };
        }

        return new TagList(tags, false);
    }

    /// <summary>Some registries refuse a length that is above their own: they choose then.</summary>
    private async Task<HttpResponseMessage> PageAsync(
        RegistryCall call,
        ImageRepository repository,
        bool isFirst,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _transport.SendAsync(call, cancellationToken);
        }
        catch (RegistryException e) when (isFirst && e.Status == HttpStatusCode.BadRequest)
        {
            return await _transport.SendAsync(
                call with
                {
                    Url = Call(HttpMethod.Get, repository, "tags/list").Url,
                },
                cancellationToken
            );
        }
    }

    /// <summary>null is what the CNCF registry answers when the last tag is gone.</summary>
    private static List<string> Names(byte[] bytes, RegistryCall call)
    {
        var json = RegistryJson.Object(bytes, call.ToString(), RegistryJson.MostTokensOfTags);
        return json.TryGetPropertyValue("tags", out var tags) && tags is null or JsonArray
            ? [.. (tags as JsonArray ?? []).Select(t => RegistryJson.Text(t) ?? "")]
            : throw new RegistryException(RegistryError.Invalid, $"{call}: the answer is no list of tags");
    }
}
