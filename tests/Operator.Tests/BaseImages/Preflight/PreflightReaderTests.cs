using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Operator.Tests.Runtime;

namespace Operator.Tests.BaseImages.Preflight;

/// <summary>What a spec names is looked up; what may not be seen holds up nothing.</summary>
internal sealed class PreflightReaderTests
{
    private static GemmaBaseImage Naming =>
        A.BaseImage(s =>
            s with
            {
                Build = s.Build with { ServiceAccountName = "builder", PriorityClassName = "batch" },
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with
                    {
                        RuntimeClassName = "nvidia",
                        PriorityClassName = "serving",
                        Model = s.Rollout.Server.Model with { ExistingClaim = "weights" },
                    },
                },
            }
        );

    [Test]
    public async Task All_that_is_not_there_is_found_with_its_field()
    {
        var facts = await ReadAsync(new Objects(HttpStatusCode.NotFound), Naming, forRollout: true);
        Assert.That(
            facts.Missing,
            Is.EqualTo(
                new[]
                {
                    new NamedObject("spec.build.serviceAccountName", "ServiceAccount", "builder"),
                    new NamedObject("spec.build.priorityClassName", "PriorityClass", "batch"),
                    new NamedObject("spec.rollout.server.model.existingClaim", "PersistentVolumeClaim", "weights"),
                    new NamedObject("spec.rollout.server.priorityClassName", "PriorityClass", "serving"),
                    new NamedObject("spec.rollout.server.runtimeClassName", "RuntimeClass", "nvidia"),
                }
            )
        );
    }

    [Test]
    public async Task What_the_operator_has_no_right_to_see_is_not_missing()
    {
        var api = new Objects(HttpStatusCode.Forbidden);
        var image = Naming;
        var facts = await new PreflightReader(api, null!, null!).ReadAsync(
            image,
            build: null,
            isForRollout: true,
            CancellationToken.None
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(facts.Missing, Is.Empty);
            Assert.That(api.Asked, Is.EqualTo(new[] { "ml/weights", "/serving", "/nvidia" }));
            Assert.That(PreflightPolicy.ForRollout(A.Snapshot(image) with { Preflight = facts }), Is.Null);
        }
    }

    [Test]
    public async Task Secrets_and_ConfigMaps_of_the_pods_are_looked_for_unless_they_are_optional()
    {
        var seen = new ObjectCache<PartialObjectMetadata<V1Secret>>();
        seen.Replace([Named<V1Secret>("there")], "1");
        var maps = new ObjectCache<PartialObjectMetadata<V1ConfigMap>>();
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Server = Reading(s.Rollout.Server) } });
        var api = new Objects(HttpStatusCode.Forbidden);
        var facts = await new PreflightReader(
            api,
            null!,
            null!,
            new SecretReader(seen, api),
            new ConfigMapReader(maps, api)
        ).ReadAsync(image, build: null, isForRollout: true, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                facts.Missing,
                Is.EqualTo(
                    new[]
                    {
                        new NamedObject("spec.rollout.server.env[0].valueFrom.secretKeyRef", "Secret", "hub"),
                        new NamedObject("spec.rollout.server.sidecars[0].envFrom[0].configMapRef", "ConfigMap", "logs"),
                    }
                )
            );
            Assert.That(api.Asked, Is.EqualTo(new[] { "ml/adapters", "ml/gemma" }));
            Assert.That(
                PreflightPolicy.ForRollout(A.Snapshot(image) with { Preflight = facts })!.Message,
                Is.EqualTo(
                    "spec.rollout.server.env[0].valueFrom.secretKeyRef: Secret ml/hub doesn't exist; create it, or "
                        + "name another"
                )
            );
        }
    }

    [Test]
    public async Task A_spec_that_names_nothing_asks_for_nothing()
    {
        var api = new Objects(HttpStatusCode.NotFound);
        await new PreflightReader(api, null!, null!).ReadAsync(
            A.BaseImage(),
            build: null,
            isForRollout: true,
            CancellationToken.None
        );
        Assert.That(api.Asked, Is.Empty);
    }

    private static PartialObjectMetadata<T> Named<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "ml" },
        };

    private static ServerSpec Reading(ServerSpec server) =>
        server with
        {
            Env =
            [
                Of("hub", isOptional: false),
                Of("nowhere", isOptional: true) with
                {
                    Name = "B",
                },
                Of("there", isOptional: false) with
                {
                    Name = "C",
                },
            ],
            Volumes =
            [
                new ServedVolume
                {
                    Name = "a",
                    PersistentVolumeClaim = new ClaimSource { ClaimName = "adapters" },
                },
                new ServedVolume
                {
                    Name = "b",
                    ConfigMap = new ConfigMapSource { Name = "nowhere", Optional = true },
                },
            ],
            ServiceAccountName = "gemma",
            Sidecars =
            [
                new ServedContainer
                {
                    Name = "logs",
                    EnvFrom = [new VariablesFrom { ConfigMapRef = new ObjectSelector { Name = "logs" } }],
                },
            ],
        };

    private static ServerVariable Of(string secret, bool isOptional) =>
        new()
        {
            Name = "A",
            ValueFrom = new VariableSource
            {
                SecretKeyRef = new KeySelector
                {
                    Name = secret,
                    Key = "token",
                    Optional = isOptional,
                },
            },
        };

    /// <summary>With something missing, no registry is asked.</summary>
    private static Task<PreflightFacts> ReadAsync(Objects api, GemmaBaseImage image, bool forRollout) =>
        new PreflightReader(api, null!, null!).ReadAsync(
            image,
            new BuildTemplate { Output = image.Spec!.Output },
            forRollout,
            CancellationToken.None
        );

    private sealed class Objects(HttpStatusCode answer) : ScriptedApi
    {
        public List<string> Asked { get; } = [];

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class
        {
            Asked.Add($"{ns}/{name}");
            return answer == HttpStatusCode.NotFound
                ? Task.FromResult<T?>(null)
                : throw new KubeApiException("no", new KubeRequest("get", typeof(T).Name, ns, name)) { Code = answer };
        }
    }
}
