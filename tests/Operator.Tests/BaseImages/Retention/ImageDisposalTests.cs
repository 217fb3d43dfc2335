using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Registry;

namespace Operator.Tests.BaseImages.Retention;

internal sealed class ImageDisposalTests
{
    private static readonly GemmaBuild Old = A.Build(1).Succeeded();

    [Test]
    public void A_build_that_nobody_needs_gives_up_its_base_and_its_application() =>
        Assert.That(
            Digests(ImageDisposalPolicy.Decide(Old, [Old, A.Build(2).Succeeded()], [A.BaseImage()])),
            Is.EqualTo(new[] { A.Digest(101) }),
            "one digest in this world, named once"
        );

    [TestCase("registry.example/team/gemma-base:1", "sha256:abc")]
    [TestCase("no reference", "sha256:0000000000000000000000000000000000000000000000000000000000000065")]
    public async Task An_image_that_a_status_does_not_name_rightly_stays_and_holds_nothing_up(
        string reference,
        string digest
    )
    {
        var image = A.Image(1) with { Reference = reference, Digest = digest };
        var old = Old with { Status = Old.Status! with { Candidate = image, Application = null } };
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        var door = new RegistryClientFactory(
            http,
            RegistryAccess.Anonymous,
            new SecretReader(null!, null!),
            CloudIdentities.Here(http, TimeProvider.System),
            TimeProvider.System
        );
        var disposer = new ImageDisposer(door, new Empty<GemmaBuild>(), new Empty<GemmaBaseImage>());
        var (isDone, notes) = await disposer.DisposeAsync(old, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(isDone);
            Assert.That(notes.Single().Reason, Is.EqualTo("ImageKept"));
            Assert.That(notes.Single().Note, Does.Contain("gemma-b1"));
        }
    }

    private static readonly TestCaseData[] Users =
    [
        Case("latest", s => s with { LatestImage = A.Image(1) }),
        Case("serving", s => s with { ServingImage = A.Image(1) }),
        Case("previous", s => s with { PreviousImage = A.Image(1) }),
        Case(
            "base of another",
            s =>
                s with
                {
                    ResolvedBase = new ResolvedBase { Reference = "r/x:1", Digest = A.Digest(101) },
                }
        ),
    ];

    [TestCaseSource(nameof(Users))]
    public void What_any_object_of_any_namespace_names_stays(Func<GemmaBaseImageStatus, GemmaBaseImageStatus> use)
    {
        var other = A.BaseImage() with { Status = use(new GemmaBaseImageStatus()) };
        other.Metadata.NamespaceProperty = "elsewhere";
        Assert.That(ImageDisposalPolicy.Decide(Old, [Old], [A.BaseImage(), other]), Is.Empty);
    }

    [Test]
    public void What_another_build_stands_on_stays()
    {
        var reusing = A.Build(2);
        reusing = reusing with
        {
            Spec = reusing.Spec! with { Template = reusing.Spec.Template with { ReuseBase = A.Image(1) } },
        };
        var standing = A.Build(3) with
        {
            Spec = A.Build(3).Spec! with { Resolved = A.Build(3).Spec!.Resolved with { BaseDigest = A.Digest(101) } },
        };
        Assert.That(ImageDisposalPolicy.Decide(Old, [Old, reusing], []), Is.Empty);
        Assert.That(ImageDisposalPolicy.Decide(Old, [Old, standing], []), Is.Empty);
    }

    [Test]
    public void An_image_that_a_build_only_reused_is_not_its_own()
    {
        var reused = A.Build(2).Succeeded();
        reused = reused with { Status = reused.Status! with { Candidate = A.Image(1) } };
        Assert.That(
            Digests(ImageDisposalPolicy.Decide(reused, [reused], [])),
            Is.EqualTo(new[] { A.Digest(102) }),
            "its application alone"
        );
    }

    private static IEnumerable<string> Digests(IEnumerable<ImageStatus> images) => images.Select(i => i.Digest);

    private static TestCaseData Case(string name, Func<GemmaBaseImageStatus, GemmaBaseImageStatus> use) =>
        new TestCaseData(use).SetArgDisplayNames(name);

    /// <summary>Knows of nothing else.</summary>
    private sealed class Empty<T> : IIndexer<T>
        where T : class
    {
        public bool HasSynced => true;

        public T? Get(string? ns, string name) => null;

        public IReadOnlyList<T> List(string? ns = null) => [];

        public IReadOnlyList<T> ByIndex(string index, string key) => [];
    }
}
