using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Rules;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Operator.Tests.BaseImages.Serving;
using Operator.Tests.Builds;
using Operator.Tests.Runtime;

namespace Operator.Tests.Cluster;

/// <summary>
/// Jobs whose names are taken: by ourselves, by what an earlier object left, by somebody else, by nobody any more.
/// </summary>
internal sealed class OwnedCreationTests
{
    private static readonly object[] Cases =
    [
        new object?[] { "own", true, null },
        new object?[] { "an-earlier-one", true, true },
        new object?[] { null, true, false },
        new object?[] { null, false, true },
    ];

    [TestCaseSource(nameof(Cases))]
    public async Task A_pull_is_only_taken_for_made_when_it_is_this_image_s(
        string? owner,
        bool isThere,
        bool? goesByItself
    )
    {
        var world = new RolloutWorld(r => r with { PrePull = new PrePullSpec() });
        world.Serving(RolloutWorld.Old).With(2).Step();
        Assert.That(world.Pull!.Start, Is.Not.Empty);
        var image = A.BaseImage();
        var api = new Taken(owner == "own" ? image.Metadata.Uid : owner, isThere);
        var outcome = await new ImageEffects(
            api,
            null!,
            null!,
            null!,
            null!,
            null!,
            new StatusWriter(api)
        ).CarryOutAsync(
            A.Snapshot(image),
            new ImagePlan(
                new Ruling<ImageDecision>("", new ImageDecision.Settled(null)),
                new ModelDecision.Leave(null),
                new ChannelDecision.Leave(null),
                new Ruling<RolloutDecision>("", world.Decision),
                [],
                [],
                SideJobPolicy.Decide(image, world.Decision),
                EndedJobs: [],
                Fetch: null,
                Workload: null,
                Owners: [],
                Scan: new ScanState.Resting(null),
                Contested: null
            ),
            CancellationToken.None
        );
        Assert.That(outcome!.JobBlocked?.GoesByItself, Is.EqualTo(goesByItself));
    }

    [TestCaseSource(nameof(Cases))]
    public async Task A_verification_is_only_taken_for_started_when_it_is_this_build_s(
        string? owner,
        bool isThere,
        bool? goesByItself
    )
    {
        var build = A.Build(1).WithCandidate();
        build = build with
        {
            Spec = build.Spec! with
            {
                Template = build.Spec.Template with { Verification = new VerificationTemplate() },
            },
        };
        var api = new Taken(owner == "own" ? build.Metadata.Uid : owner, isThere);
        var report = await new StartVerify(1).RunAsync(
            Given.Snapshot(build),
            new StepTools(api, null!, null!, new BuildOptions(), TimeProvider.System),
            CancellationToken.None
        );
        Assert.That(report.IsDone, Is.EqualTo(goesByItself is null));
        Assert.That(
            report.Next,
            Is.EqualTo(
                goesByItself is { } itself
                    ? new LookAgain.After(new NameTaken("", itself).LookAgainAfter)
                    : new LookAgain.Now()
            )
        );
    }

    /// <summary>Its name, its labels and its owner are ours; what it runs isn't.</summary>
    [Test]
    public async Task A_Job_beside_the_workload_that_is_forged_is_deleted_and_not_noted()
    {
        var world = new RolloutWorld(r => r with { PrePull = new PrePullSpec() });
        world.Serving(RolloutWorld.Old).With(2).Step();
        var image = A.BaseImage();
        var wanted = SideJobPolicy.Decide(image, world.Decision)[0];
        var api = new Taken(image.Metadata.Uid, isThere: true)
        {
            Forge = spec =>
                spec with
                {
                    Template = spec.Template with
                    {
                        Spec = spec.Template.Spec with
                        {
                            Containers = [spec.Template.Spec.Containers[0] with { Image = "evil.example/x:1" }],
                        },
                    },
                },
        };
        var (made, taken) = await api.CreateOwnedAsync(wanted, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(made, Is.Null);
            Assert.That((taken!.Reason, taken.GoesByItself), Is.EqualTo(("NotOurs", true)));
            Assert.That(taken.Message, Does.Contain("(spec.template.spec.containers[pre-pull].image)"));
            Assert.That(api.Deleted, Is.EqualTo(new[] { "made-before" }), "that one, and no other of its name");
        }
    }

    /// <summary>Every name is taken.</summary>
    /// <param name="owner">Uid of the controller of what is there; null: it has none.</param>
    /// <param name="isThere">It hasn't gone meanwhile.</param>
    private sealed class Taken(string? owner, bool isThere) : ScriptedApi
    {
        private V1ObjectMeta? _metadata;
        private object? _body;

        /// <summary>What somebody put in place of what is to be made.</summary>
        public Func<V1JobSpec, V1JobSpec> Forge { get; init; } = spec => spec;

        /// <summary>Uids of what was deleted.</summary>
        public List<string?> Deleted { get; } = [];

        public override Task<bool> DeleteAsync<T>(
            string? ns,
            string name,
            DeletePreconditions? preconditions,
            CancellationToken cancellationToken
        )
        {
            Deleted.Add(preconditions?.Uid);
            return Task.FromResult(true);
        }

        public override Task<T> CreateAsync<T>(T body, CancellationToken cancellationToken)
        {
            (_metadata, _body) = (body.Metadata, body);
            throw new KubeApiException("taken", new KubeRequest("create", "jobs.batch", "ml", body.Metadata.Name))
            {
                Code = HttpStatusCode.Conflict,
                Reason = "AlreadyExists",
            };
        }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class
        {
            var reference = _metadata!.OwnerReferences.Single();
            var held = new V1OwnerReference
            {
                ApiVersion = reference.ApiVersion,
                Kind = reference.Kind,
                Name = reference.Name,
                Uid = owner,
                Controller = true,
            };
            var job = new V1Job
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    Uid = "made-before",
                    OwnerReferences = owner is null ? null : [held],
                },
                Spec = Forge(((V1Job)_body!).Spec),
            };
            return Task.FromResult(isThere ? job as T : null);
        }
    }
}
