using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace Operator.Tests.Builds;

/// <summary>Specs and builds to start from.</summary>
internal static class BuildExamples
{
    public const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static GemmaBaseImageSpec Spec =>
        new()
        {
            Schedule = "0 9 * * 1",
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
            },
            SystemPackages = ["git", "curl"],
            Requirements = new RequirementsSpec { Inline = "transformers==4.57.1\naccelerate>=1.2,<2\n" },
            Output = new OutputSpec { Repository = "europe-west1-docker.pkg.dev/p/agentnav-containers/gemma-base" },
        };

    public static GemmaBaseImageSpec FullSpec =>
        Spec with
        {
            Requirements = new RequirementsSpec
            {
                Inline = $"transformers[torch]==4.57.1 --hash=sha256:{new string('a', 64)}\n",
                IndexURL = "https://pypi.example.com/simple",
                ExtraIndexURLs = ["https://download.pytorch.org/whl/cu128"],
                RequireHashes = true,
            },
            Env = [new EnvironmentVariable { Name = "GREETING", Value = "it's \"$HOME\" \\ ok" }],
            ImageLabels = new Dictionary<string, string> { ["com.example.team"] = "agents" },
            User = new UserSpec
            {
                Name = "ubuntu",
                Uid = 1000,
                Gid = 1000,
            },
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
                PullSecretRef = new LocalReference { Name = "pull" },
            },
            Build = new BuildSpec
            {
                Timeout = "90m",
                ServiceAccountName = "builder",
                PriorityClassName = "batch",
                NodeSelector = new Dictionary<string, string> { ["pool"] = "builds" },
                Tolerations =
                [
                    new V1Toleration
                    {
                        Key = "builds",
                        OperatorProperty = "Exists",
                        Effect = "NoSchedule",
                    },
                ],
                Resources = new V1ResourceRequirements
                {
                    Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2"), ["memory"] = new("8Gi") },
                    Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("16Gi") },
                },
                ExtraArgs = ["--snapshot-mode=full", "--build-arg=GREETING=$(HOME)", "--single-snapshot"],
            },
            Output = new OutputSpec
            {
                Repository = "127.0.0.1:5000/gemma/base",
                Credentials = new CredentialsSpec
                {
                    Type = CredentialsType.Secret,
                    SecretRef = new LocalReference { Name = "push" },
                },
                Insecure = true,
            },
        };

    /// <summary>One that is built behind a proxy, in a mesh, from private registries.</summary>
    public static GemmaBaseImageSpec CorporateSpec =>
        Spec with
        {
            Requirements = new RequirementsSpec
            {
                Inline = "transformers==4.57.1\n",
                IndexURL = "https://pypi.example.com/simple",
                IndexCredentialsRef = new NetrcReference { Name = "pypi" },
            },
            Build = new BuildSpec
            {
                Env =
                [
                    new EnvironmentVariable { Name = "HTTPS_PROXY", Value = "http://proxy.example.com:3128" },
                    new EnvironmentVariable { Name = "no_proxy", Value = ".svc,.example.com" },
                    new EnvironmentVariable { Name = "HF_ENDPOINT", Value = "https://hub.example.com" },
                    new EnvironmentVariable { Name = "TRIVY_DB_REPOSITORY", Value = "registry.example/$(db)" },
                ],
                CaBundleRef = new BundleReference { Name = "authorities", Key = "corporate.pem" },
                PodLabels = new Dictionary<string, string> { ["kueue.x-k8s.io/queue-name"] = "builds" },
                PodAnnotations = new Dictionary<string, string> { ["sidecar.istio.io/inject"] = "false" },
                ImagePullSecrets = [new LocalReference { Name = "mirror" }, new LocalReference { Name = "push" }],
            },
            Output = new OutputSpec
            {
                Repository = "registry.example/team/gemma-base",
                Credentials = new CredentialsSpec
                {
                    Type = CredentialsType.Secret,
                    SecretRef = new LocalReference { Name = "push" },
                },
            },
        };

    public static ParsedSpec Inputs(GemmaBaseImageSpec spec) => ParsedSpec.Parse(spec, null, null).Value;

    public static BuildTemplate Template(GemmaBaseImageSpec spec) =>
        new()
        {
            Build = spec.Build,
            Output = spec.Output,
            Platform = spec.Platforms[0],
            User = spec.User,
            PullSecretRef = spec.Base.PullSecretRef,
            IndexCredentialsRef = spec.Requirements?.IndexCredentialsRef,
        };

    public static GemmaBuild Build(GemmaBaseImageSpec spec, string? dockerfile = null)
    {
        var (content, template) = (ParsedSpec.Parse(spec, null, dockerfile).Value, Template(spec));
        return new GemmaBuild
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma-b42",
                NamespaceProperty = "ai",
                Uid = "build-uid",
            },
            Spec = new GemmaBuildSpec
            {
                ImageRef = new ImageOwnerReference
                {
                    Name = "gemma",
                    Uid = "image-uid",
                    Generation = 3,
                },
                Number = 42,
                Reasons = [BuildReason.Schedule],
                Template = template,
                Resolved = InputResolver.Pin(
                    InputResolver.Resolve(content, RunArguments.AccessOf(template)).Value with
                    {
                        InputsHash = Fingerprints.Inputs(content),
                        AttemptHash = Fingerprints.Attempt(content, template),
                        PublishHash = Fingerprints.Publish(template),
                    },
                    ImageDigest.Parse(Digest),
                    "2026-11-23T09:00:00Z"
                ),
            },
        };
    }
}
