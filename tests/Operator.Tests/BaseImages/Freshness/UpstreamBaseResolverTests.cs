using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Registry;

namespace Operator.Tests.BaseImages.Freshness;

[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UpstreamBaseResolverTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(A.Morning));

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Ten thousand objects that were made in the course of an hour, with an hourly poll, over eight hours.
    /// </summary>
    [Test]
    public async Task A_fleet_asks_once_for_each_reference_and_interval()
    {
        var handler = new ScriptedHandler((_, _) => Answer(1));
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        string[] references =
        [
            A.BaseReference,
            "pytorch/pytorch:2.10.0-cuda12.6-cudnn9-runtime",
            "ghcr.io/team/torch:1",
        ];
        var inputs = references.ToDictionary(r => r, Known, StringComparer.Ordinal);
        GemmaBuild[] builds = [A.Build(1).Succeeded()];
        var due = new PriorityQueue<GemmaBaseImage, DateTime>();
        for (var i = 0; i < 10_000; i++)
        {
            var image = Image($"uid-{i}", references[i % references.Length]);
            due.Enqueue(image, A.Morning + ((i + 1) * (Hour / 10_000)));
        }

        var end = A.Morning + TimeSpan.FromHours(8);
        while (due.TryDequeue(out var image, out var at) && at < end)
        {
            _time.Advance(at > Now ? at - Now : TimeSpan.Zero);
            var snapshot = A.Snapshot(image, inputs[image.Spec!.Base.Image], builds, now: Now);
            var ask = (ImageDecision.ResolveBase)ImagePlanner.Decide(snapshot);
            var outcome = new ImageOutcome
            {
                Base = await resolver.ResolveAsync(image, ask.Base, ask.After, CancellationToken.None),
            };
            var after = image with
            {
                Status = ImageStatusFold.Fold(snapshot, ask, new RolloutDecision.Unmanaged(), outcome),
            };
            due.Enqueue(
                after,
                UpstreamBaseFreshness
                    .NextPoll(snapshot with { Image = after }, (BuildRequest.Known)snapshot.Inputs)!
                    .Value
            );
        }

        Assert.That(
            handler.Requests.Count(r => !r.StartsWith("HEAD ", StringComparison.Ordinal)),
            Is.Zero,
            "a poll reads no manifest"
        );
        Assert.That(handler.Requests, Has.Count.InRange(references.Length * 7, references.Length * 8));
    }

    [Test]
    public async Task A_build_takes_an_answer_of_minutes_ago_and_not_one_of_an_hour_ago()
    {
        var handler = new ScriptedHandler((_, number) => Answer(number));
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        var first = await AskAsync(resolver, "a", TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.That(await AskAsync(resolver, "b", TimeSpan.FromMinutes(5)), Is.EqualTo(first));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(
            await AskAsync(resolver, "c", TimeSpan.FromMinutes(5)),
            Is.EqualTo(new UpstreamBaseResolution.Resolved(A.Base, ImageDigest.Parse(A.Digest(2)), Now))
        );
    }

    [Test]
    public async Task Where_a_registry_asks_for_a_pause_nothing_is_asked_of_it()
    {
        var handler = new ScriptedHandler(
            (_, number) =>
                number == 1
                    ? new HttpResponseMessage(HttpStatusCode.TooManyRequests)
                    {
                        Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMinutes(10)) },
                    }
                    : Answer(1)
        );
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        var until = A.Morning.AddMinutes(10);
        var held = (UpstreamBaseResolution.Unavailable)await AskAsync(resolver, "a", Hour);
        var other = (UpstreamBaseResolution.Unavailable)
            await AskAsync(resolver, "b", Hour, "pytorch/pytorch:2.9.0-cuda12.8-cudnn9-runtime");
        _time.Advance(TimeSpan.FromMinutes(9));
        var again = (UpstreamBaseResolution.Unavailable)await AskAsync(resolver, "a", Hour);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(held.Message, Does.Contain("before 2026-11-23 08:40:00 UTC").And.Contain("HTTP 429"));
            Assert.That(new[] { held.RetryAt, other.RetryAt, again.RetryAt }, Has.All.EqualTo(until));
            Assert.That(handler.Requests, Has.Count.EqualTo(1));
        }

        await AskAsync(resolver, "c", Hour, "ghcr.io/team/torch:1");
        Assert.That(handler.Requests, Has.Count.EqualTo(2), "another registry asked for nothing");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await AskAsync(resolver, "a", Hour), Is.InstanceOf<UpstreamBaseResolution.Resolved>());
    }

    [Test]
    public async Task The_last_request_of_a_quota_still_counts_and_the_next_waits()
    {
        var handler = new ScriptedHandler(
            (_, _) => Answer(1, ("RateLimit-Limit", "100;w=21600"), ("RateLimit-Remaining", "0;w=21600"))
        );
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        Assert.That(await AskAsync(resolver, "a", Hour), Is.InstanceOf<UpstreamBaseResolution.Resolved>());
        var held = (UpstreamBaseResolution.Unavailable)
            await AskAsync(resolver, "a", Hour, "pytorch/pytorch:2.9.0-cuda12.8-cudnn9-runtime");
        Assert.That(held.RetryAt, Is.EqualTo(A.Morning.AddSeconds(216)), "a hundredth of six hours");
    }

    [Test]
    public async Task Where_HEAD_names_no_digest_the_manifest_is_read_when_its_entity_tag_is_new()
    {
        var manifest = "{}"u8.ToArray();
        string[] tags = ["\"a\"", "\"a\"", "\"b\"", "W/\"c\"", "W/\"c\""];
        var polls = 0;
        var handler = new ScriptedHandler(
            (request, _) =>
            {
                var response = new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new ByteArrayContent(request.Method == HttpMethod.Head ? [] : manifest),
                };
                response.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.OciIndex);
                response.Headers.TryAddWithoutValidation(
                    "ETag",
                    tags[request.Method == HttpMethod.Head ? polls++ : polls - 1]
                );
                return response;
            }
        );
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        for (var poll = 0; poll < tags.Length; poll++)
        {
            var answer = (UpstreamBaseResolution.Resolved)await AskAsync(resolver, "a", Hour);
            Assert.That(answer.Digest, Is.EqualTo(ImageDigest.Of(manifest)));
            _time.Advance(Hour);
        }

        Assert.That(
            handler.Requests.Select(r => r.Split(' ')[0]),
            Is.EqualTo(new[] { "HEAD", "GET", "HEAD", "HEAD", "GET", "HEAD", "GET", "HEAD", "GET" }),
            "the second of two equal ones is asked for its head alone; a weak one says nothing of bytes"
        );
    }

    [Test]
    public async Task A_refusal_is_told_to_others_but_one_that_comes_again_is_asked_for()
    {
        var handler = new ScriptedHandler(
            (_, number) => number <= 2 ? new HttpResponseMessage(HttpStatusCode.NotFound) : Answer(1)
        );
        using var http = new HttpClient(handler);
        var resolver = Resolver(http);
        Assert.That(await AskAsync(resolver, "a", Hour), Is.InstanceOf<UpstreamBaseResolution.Refused>());
        Assert.That(await AskAsync(resolver, "b", Hour), Is.InstanceOf<UpstreamBaseResolution.Refused>());
        Assert.That(handler.Requests, Has.Count.EqualTo(2), "HEAD and GET");
        Assert.That(
            await AskAsync(resolver, "b", Hour),
            Is.InstanceOf<UpstreamBaseResolution.Resolved>(),
            "something made it look again"
        );
    }

    private Task<UpstreamBaseResolution> AskAsync(
        UpstreamBaseResolver resolver,
        string uid,
        TimeSpan oldest,
        string reference = A.BaseReference
    ) =>
        resolver.ResolveAsync(
            Image(uid, reference),
            DeclaredBase.Parse(reference),
            Now - oldest,
            CancellationToken.None
        );

    /// <summary>Without Secrets nothing is read of the cluster.</summary>
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

    private static GemmaBaseImage Image(string uid, string reference)
    {
        var image = A.BaseImage(s =>
            s with
            {
                Base = new BaseSpec { Image = reference },
                Triggers = s.Triggers with { BaseDigest = new BaseDigestTrigger { Interval = "1h" } },
            }
        );
        image.Metadata.Uid = uid;
        return image;
    }

    private static BuildRequest.Known Known(string reference)
    {
        var known = A.Inputs();
        return known with { Content = known.Content with { Base = DeclaredBase.Parse(reference) } };
    }

    private static HttpResponseMessage Answer(int digest, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.OciIndex);
        response.Headers.Add("Docker-Content-Digest", A.Digest(digest));
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        return response;
    }
}
