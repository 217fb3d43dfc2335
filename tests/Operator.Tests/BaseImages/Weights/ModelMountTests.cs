using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.BaseImages.Weights;

internal sealed class ModelMountTests
{
    private static readonly ModelSpec InImage = new()
    {
        Image = new ModelImageSpec
        {
            Reference = "registry.example/models/gemma:1",
            SubPath = "gemma",
            PullSecretRef = new LocalReference { Name = "pull" },
        },
    };

    private static readonly ModelStatus OfImage = new()
    {
        Source = ModelSource.Image,
        Reference = "registry.example/models/gemma:1#gemma",
        Digest = A.Digest(7),
    };

    [Test]
    public void Without_a_source_nothing_is_mounted_over_what_the_image_brings()
    {
        var pod = PodOf(Weighed.Snapshot(Weighed.Image(new ModelSpec())));
        Assert.Multiple(() =>
        {
            Assert.That(pod.Volumes.Select(v => v.Name), Is.EqualTo(["tmp"]));
            Assert.That(pod.Containers[0].VolumeMounts.Select(m => m.MountPath), Is.EqualTo(["/tmp"]));
        });
    }

    [Test]
    public void A_directory_of_a_claim_is_mounted_read_only()
    {
        var pod = PodOf(
            Weighed.Snapshot(Weighed.Image(new ModelSpec { ExistingClaim = "weights", SubPath = "gemma/1b" }))
        );
        Assert.Multiple(() =>
        {
            Assert.That(pod.Volumes[0].PersistentVolumeClaim.ClaimName, Is.EqualTo("weights"));
            Assert.That(pod.Containers[0].VolumeMounts[0].SubPath, Is.EqualTo("gemma/1b"));
            Assert.That(pod.Containers[0].VolumeMounts[0].ReadOnlyProperty, Is.True);
        });
    }

    [Test]
    public void An_image_is_mounted_by_its_digest_with_its_Secret()
    {
        var pod = PodOf(Weighed.Snapshot(Weighed.Image(InImage, OfImage)));
        Assert.Multiple(() =>
        {
            Assert.That(pod.Volumes[0].Image.Reference, Is.EqualTo($"registry.example/models/gemma@{A.Digest(7)}"));
            Assert.That(pod.Containers[0].VolumeMounts[0].MountPath, Is.EqualTo("/models"));
            Assert.That(pod.Containers[0].VolumeMounts[0].SubPath, Is.Null, "containerd 2.1 would ignore it");
            Assert.That(PathOf(pod), Is.EqualTo("/models/gemma"));
            Assert.That(pod.ImagePullSecrets.Select(s => s.Name), Is.EqualTo(["pull"]));
            Assert.That(pod.InitContainers, Is.Null);
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Where_there_are_no_image_volumes_an_init_container_fetches(bool wasRefused)
    {
        var status = wasRefused ? OfImage with { Delivery = ModelDelivery.InitContainer } : OfImage;
        var s = Weighed.Snapshot(
            Weighed.Image(InImage, status),
            new WeightsFacts { HasImageVolumes = wasRefused, InsecureRegistries = ["registry.example"] }
        );
        var pod = PodOf(s);
        Assert.Multiple(() =>
        {
            Assert.That(pod.Volumes[0].EmptyDir, Is.Not.Null);
            Assert.That(
                pod.InitContainers[0].Args,
                Is.EqualTo([
                    "fetch",
                    $"oci://registry.example/models/gemma@{A.Digest(7)}#gemma",
                    "--insecure",
                    "--registry-auth-file",
                    "/var/run/gemma-model/config.json",
                    "--to",
                    "/weights/model",
                    "--progress",
                    "json",
                ])
            );
            Assert.That(pod.InitContainers[0].Image, Is.EqualTo(pod.Containers[0].Image));
            Assert.That(pod.Containers[0].VolumeMounts[0].SubPath, Is.EqualTo("model"));
            Assert.That(PathOf(pod), Is.EqualTo("/models"));
        });
    }

    [Test]
    public void A_refusal_is_remembered_while_the_source_stays()
    {
        var s = Weighed.Snapshot(Weighed.Image(InImage, OfImage));
        var after = ModelFetchFold.Fold(OfImage, s, new ImageOutcome { ImageVolumeRefused = true })!;
        Assert.That(after.Delivery.Value, Is.EqualTo(ModelDelivery.InitContainer));
    }

    [Test]
    public void A_hub_without_storage_is_fetched_by_each_pod_at_the_commit()
    {
        var model = new ModelSpec
        {
            Hub = Weighed.Hub with { Storage = null, Include = ["*.txt"], Endpoint = "http://hub:80", Insecure = true },
        };
        var status = Weighed.Resolved() with { Reference = "hub:http://hub/google/gemma-3-1b-it@main" };
        var pod = PodOf(Weighed.Snapshot(Weighed.Image(model, status)));
        Assert.Multiple(() =>
        {
            Assert.That(
                pod.InitContainers[0].Args.Take(8),
                Is.EqualTo([
                    "fetch",
                    $"hub:google/gemma-3-1b-it@{Weighed.Commit}",
                    "--endpoint",
                    "http://hub",
                    "--insecure",
                    "--include",
                    "*.txt",
                    "--token-file",
                ])
            );
            Assert.That(pod.Volumes.Select(v => v.Secret?.SecretName), Does.Contain("hub"));
            Assert.That(pod.SecurityContext.FsGroup, Is.Not.Null, "a Secret's file is for the group");
        });
    }

    [Test]
    public void Another_image_reaches_all_containers_of_the_pod()
    {
        var s = Weighed.Snapshot(
            Weighed.Image(new ModelSpec { Hub = Weighed.Hub with { Storage = null } }, Weighed.Resolved())
        );
        var template = ServingTemplate.For(s.Image, "a@sha256:1", ModelMountPolicy.Decide(s)).With("b@sha256:2");
        var read = ServingTemplate.Read(template.Text)!.With("c@sha256:3");
        Assert.Multiple(() =>
        {
            Assert.That(template.Pod.Spec.InitContainers[0].Image, Is.EqualTo("b@sha256:2"));
            Assert.That(read.Pod.Spec.InitContainers[0].Image, Is.EqualTo("c@sha256:3"));
            Assert.That(template.Settings, Is.EqualTo(read.Settings));
        });
    }

    [Test]
    public void The_pods_say_which_weights_they_have()
    {
        var s = Weighed.Snapshot(
            Weighed.Image(new ModelSpec { Hub = Weighed.Hub }, Weighed.Resolved()),
            new WeightsFacts { Claims = [Weighed.Claim(bytes: 5)] }
        );
        var template = ServingTemplate.For(s.Image, "x", ModelMountPolicy.Decide(s));
        Assert.That(
            template.Pod.Metadata.Annotations["gemmaoperator.io/model"],
            Is.EqualTo("hub:google/gemma-3-1b-it@8be88f1b1a2c")
        );
    }

    [Test]
    public void Pods_of_an_older_operator_with_a_claim_aren_t_replaced_for_a_word_about_it() =>
        Assert.That(
            ServingTemplate
                .For(
                    Weighed.Image(new ModelSpec { ExistingClaim = "weights" }),
                    "x",
                    ModelMountPolicy.Decide(
                        Weighed.Snapshot(Weighed.Image(new ModelSpec { ExistingClaim = "weights" }))
                    )
                )
                .Pod.Metadata.Annotations.Keys,
            Is.EqualTo([ServingTemplate.SettingsAnnotation])
        );

    private static string PathOf(V1PodSpec pod) => pod.Containers[0].Env.Single(e => e.Name == "MODEL_PATH").Value;

    private static V1PodSpec PodOf(ImageSnapshot s) =>
        ServingTemplate.For(s.Image, "registry.example/app@sha256:1", ModelMountPolicy.Decide(s)).Pod.Spec;
}
