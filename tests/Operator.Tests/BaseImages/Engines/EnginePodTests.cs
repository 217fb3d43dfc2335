using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Engines;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using k8s;
using k8s.Models;
using Operator.Tests.Api.Validation;
using Operator.Tests.Builds;
using static Operator.Tests.BaseImages.ServedPods.ServedPodExamples;

namespace Operator.Tests.BaseImages.Engines;

/// <summary>The pods of engines other than the built-in one, and what they are asked first.</summary>
internal sealed class EnginePodTests
{
    [Test]
    public void The_pod_of_vLLM_is_as_agreed() =>
        Golden.Matches("vllm.pod.yaml", KubernetesYaml.Serialize(Template(Checked(Vllm)).Pod));

    [Test]
    public void The_pod_of_a_server_of_the_base_is_as_agreed() =>
        Golden.Matches("custom.pod.yaml", KubernetesYaml.Serialize(Template(Checked(Custom)).Pod));

    [Test]
    public void One_GPU_needs_no_shared_memory_and_a_mount_of_ones_own_stays()
    {
        var one = Template(Checked(s => Vllm(s) with { Gpu = new GpuSpec { Count = 1 } })).Pod.Spec;
        var own = Template(
            Checked(s =>
                Vllm(s) with
                {
                    Volumes =
                    [
                        new ServedVolume
                        {
                            Name = "shm",
                            EmptyDir = new EmptyDirSource { SizeLimit = "8Gi" },
                        },
                    ],
                    VolumeMounts = [new ServedMount { Name = "shm", MountPath = "/dev/shm" }],
                }
            )
        ).Pod.Spec;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(one.Volumes.Select(v => v.Name), Does.Not.Contain(EngineContainer.SharedMemory));
            Assert.That(own.Volumes.Select(v => v.Name), Does.Contain("shm").And.Not.Contain("engine-shm"));
            Assert.That(one.Containers[0].Args, Does.Contain("--tensor-parallel-size=1"));
        }
    }

    [Test]
    public void Without_GPUs_nothing_is_parallel_and_a_host_of_ones_own_is_taken()
    {
        var args = Template(
            Checked(s =>
                Vllm(s) with
                {
                    Gpu = new GpuSpec { Count = 0 },
                    Vllm = new VllmSpec { Args = ["--host=::", "--enable_prefix_caching"] },
                }
            )
        ).Server.Args;
        Assert.That(args.Skip(2), Is.EqualTo(["--port=8080", "--host=::", "--enable-prefix-caching"]));
    }

    [Test]
    public void A_key_of_an_arguments_value_is_left_as_it_is()
    {
        var args = Template(
            Checked(s => Vllm(s) with { Vllm = new VllmSpec { Args = ["--hf_overrides.rope_theta=1"] } })
        ).Server.Args;
        Assert.That(args, Does.Contain("--hf-overrides.rope_theta=1"));
    }

    [Test]
    public void What_the_spec_sets_itself_is_left_to_it()
    {
        var env = Template(
            Checked(s => Vllm(s) with { Env = [new ServerVariable { Name = "HF_HUB_OFFLINE", Value = "0" }] })
        ).Server.Env;
        Assert.That(env.Where(e => e.Name == "HF_HUB_OFFLINE").Select(e => e.Value), Is.EqualTo(["0"]));
    }

    [Test]
    public void Text_of_a_spec_is_text_in_the_pod()
    {
        var server = Template(
            Checked(s => Custom(s) with { Custom = EngineMistakes.Custom with { Args = ["$(PORT)", "; rm -rf /"] } })
        ).Server;
        Assert.That(server.Args, Is.EqualTo(["$$(PORT)", "; rm -rf /"]));
    }

    [Test]
    public void vLLM_is_asked_for_a_completion_with_the_key_that_its_pods_have()
    {
        var image = Checked(s =>
            Vllm(s) with
            {
                Env =
                [
                    new ServerVariable
                    {
                        Name = "VLLM_API_KEY",
                        ValueFrom = new()
                        {
                            SecretKeyRef = new KeySelector { Name = "keys", Key = "key" },
                        },
                    },
                ],
            }
        );
        var job = Smoke(image);
        var (asked, container) = (Argument(job), job.Spec.Template.Spec.Containers[0]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)asked["url"], Is.EqualTo("http://10.1.2.3:8080/v1/completions"));
            Assert.That((string?)asked["body"]!["model"], Is.EqualTo("google/gemma-3-27b-it"));
            Assert.That((string?)asked["keyVariable"], Is.EqualTo("VLLM_API_KEY"));
            Assert.That(container.Env.Single().ValueFrom.SecretKeyRef.Name, Is.EqualTo("keys"));
        }
    }

    [Test]
    public void The_readiness_of_vLLM_is_its_own()
    {
        var image = Checked(Vllm);
        image = image with
        {
            Spec = image.Spec! with
            {
                Rollout = image.Spec.Rollout with { SmokeTest = new SmokeTestSpec { Path = SmokeTestPath.Readiness } },
            },
        };
        Assert.That((string?)Argument(Smoke(image))["url"], Does.EndWith(":8080/health"));
    }

    [Test]
    public void A_server_of_the_base_is_asked_what_its_spec_states()
    {
        var asked = Argument(
            Smoke(
                Checked(s =>
                    Custom(s) with
                    {
                        Custom = EngineMistakes.Custom with
                        {
                            SmokeTest = new CustomSmokeTestSpec
                            {
                                Path = "/generate?x=1",
                                Body = """{"prompt": "Hi"}""",
                                Status = 201,
                            },
                        },
                    }
                )
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)asked["url"], Does.EndWith(":8080/generate?x=1"));
            Assert.That((string?)asked["body"]!["prompt"], Is.EqualTo("Hi"));
            Assert.That(((bool?)asked["completion"], (int?)asked["status"]), Is.EqualTo((false, 201)));
        }
    }

    [Test]
    public void Without_a_request_of_its_own_it_is_asked_for_its_readiness()
    {
        var asked = Argument(Smoke(Checked(Custom)));
        Assert.That((string?)asked["url"], Does.EndWith(":9000/health"), "where its kubelet asks");
        Assert.That((asked["body"], (bool?)asked["probe"]), Is.EqualTo(((JsonNode?)null, true)));
    }

    [Test]
    public void GPUs_that_are_held_already_stop_nothing()
    {
        var image = Image(s => s with { Gpu = new GpuSpec { Count = 2 } });
        Assert.That(SpecCheck.Of(image).Select(e => e.Path), Is.EqualTo(["spec.rollout.server.gpu.count"]));
        var serving = image with { Status = new GemmaBaseImageStatus { ServingImage = A.Image(1) } };
        Assert.That(SpecCheck.Of(serving), Is.Empty, "an upgrade of the operator leaves it as it is");
    }

    private static V1Job Smoke(GemmaBaseImage image) =>
        SmokeJob.Render(
            image,
            A.Image(1),
            Template(image),
            new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = "gemma-1", Uid = "uid-1" },
                Spec = new V1PodSpec { NodeName = "node-1" },
                Status = new V1PodStatus { PodIP = "10.1.2.3" },
            }
        );

    private static JsonObject Argument(V1Job job) =>
        JsonNode.Parse(job.Spec.Template.Spec.Containers[0].Args[1])!.AsObject();

    private static GemmaBaseImage Checked(Func<ServerSpec, ServerSpec> change)
    {
        var image = Image(change);
        Assert.That(SpecCheck.Of(image).Select(e => e.ToString()), Is.Empty);
        return image;
    }

    private static ServerSpec Vllm(ServerSpec server) =>
        server with
        {
            Engine = ServerEngine.VLLM,
            Image = "",
            Repository = "",
            Env = [],
            Gpu = new GpuSpec { Count = 4 },
            Model = new() { Name = "google/gemma-3-27b-it", ExistingClaim = "weights" },
            Vllm = new VllmSpec { Args = ["--max-model-len=8192", "--dtype=bfloat16"] },
        };

    private static ServerSpec Custom(ServerSpec server) =>
        server with
        {
            Engine = ServerEngine.Custom,
            Image = "",
            Repository = "",
            Custom = EngineMistakes.Custom with
            {
                Args = ["--verbose"],
                Probes = new CustomProbesSpec
                {
                    Path = "/health",
                    StartupPath = "/started",
                    Port = 9000,
                },
            },
        };
}
