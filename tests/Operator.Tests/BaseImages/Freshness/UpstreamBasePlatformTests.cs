using System.Net;
using System.Text;
using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Registry;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>An index that changed for others is no change of the base, and what is recorded stays valid.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UpstreamBasePlatformTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(A.Morning));

    [TestCase("A", false, TestName = "Another_platforms_image_is_no_change_of_the_base")]
    [TestCase("C", true, TestName = "Our_platforms_image_is_a_change_of_the_base")]
    public async Task An_index_is_compared_by_our_platform(string ours, bool isChange)
    {
        var (before, after) = (Index("A", "B"), Index(ours, "D"));
        var (from, to) = (ImageDigest.Of(before), ImageDigest.Of(after));
        var handler = Contents(to, (from, before), (to, after));
        using var http = new HttpClient(handler);
        var image = Image("a", A.BaseReference);
        image = image with
        {
            Status = new GemmaBaseImageStatus
            {
                ResolvedBase = new ResolvedBase
                {
                    Reference = A.BaseReference,
                    Digest = from.ToString(),
                    CheckedAt = A.Morning.AddDays(-1),
                },
            },
        };
        var resolver = Resolver(http);
        for (var poll = 0; poll < 3; poll++)
        {
            var resolved = await AskAsync(resolver, image);
            Assert.That(
                resolved,
                Is.EqualTo(new UpstreamBaseResolution.Resolved(A.Base, isChange ? to : from, Now)),
                "what is recorded stays valid as long as it means the same"
            );
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.That(
            handler.Requests.Count(r => r.StartsWith("GET ", StringComparison.Ordinal)),
            Is.EqualTo(2),
            "content has its digest for ever: it is read once"
        );
    }

    [Test]
    public async Task An_index_that_the_registry_no_longer_has_is_not_built_on()
    {
        var (before, after) = (Index("A", "B"), Index("A", "D"));
        var to = ImageDigest.Of(after);
        using var http = new HttpClient(Contents(to, (to, after)));
        var image = Image("a", A.BaseReference) with
        {
            Status = new GemmaBaseImageStatus
            {
                ResolvedBase = new ResolvedBase
                {
                    Reference = A.BaseReference,
                    Digest = ImageDigest.Of(before).ToString(),
                    CheckedAt = A.Morning.AddDays(-1),
                },
            },
        };
        Assert.That(
            await AskAsync(Resolver(http), image),
            Is.EqualTo(new UpstreamBaseResolution.Resolved(A.Base, to, Now))
        );
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    private static byte[] Index(string amd64, string arm64) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                schemaVersion = 2,
                manifests = new[]
                {
                    Entry(amd64, "linux", "amd64"),
                    Entry(arm64, "linux", "arm64"),
                    Entry(amd64 + arm64, "unknown", "unknown"),
                },
            }
        );

    private static object Entry(string content, string os, string architecture) =>
        new
        {
            digest = ImageDigest.Of(Encoding.UTF8.GetBytes(content)).ToString(),
            platform = new { os, architecture },
        };

    private static ScriptedHandler Contents(ImageDigest tagged, params (ImageDigest Digest, byte[] Bytes)[] contents) =>
        new(
            (request, _) =>
            {
                var name = request.RequestUri!.Segments[^1];
                var found = contents.FirstOrDefault(c =>
                    c.Digest.ToString() == name || (name[0] != 's' && c.Digest == tagged)
                );
                return found.Bytes is null
                    ? RegistryAnswer.Of("", "text/html", HttpStatusCode.NotFound)
                    : RegistryAnswer.Of(
                        request.Method == HttpMethod.Head ? "" : Encoding.UTF8.GetString(found.Bytes),
                        MediaTypes.OciIndex,
                        HttpStatusCode.OK,
                        ("Docker-Content-Digest", found.Digest.ToString())
                    );
            }
        );

    private Task<UpstreamBaseResolution> AskAsync(UpstreamBaseResolver resolver, GemmaBaseImage image) =>
        resolver.ResolveAsync(
            image,
            DeclaredBase.Parse(image.Spec!.Base.Image),
            Now - TimeSpan.FromMinutes(5),
            CancellationToken.None
        );

    private static GemmaBaseImage Image(string uid, string reference)
    {
        var image = A.BaseImage(s => s with { Base = new BaseSpec { Image = reference } });
        image.Metadata.Uid = uid;
        return image;
    }

    private UpstreamBaseResolver Resolver(HttpClient http) =>
        new(
            new RegistryClientFactory(
                http,
                RegistryAccess.Anonymous,
                new SecretReader(null!, null!),
                CloudIdentities.Here(http, _time),
                _time
            ),
            _time
        );
}
