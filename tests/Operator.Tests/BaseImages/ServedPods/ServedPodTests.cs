using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.ServedPods;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using k8s;
using k8s.Models;
using Operator.Tests.Builds;
using static Operator.Tests.BaseImages.ServedPods.ServedPodExamples;

namespace Operator.Tests.BaseImages.ServedPods;

/// <summary>What a spec gives the served pods reaches them, and takes away nothing that makes them safe.</summary>
internal sealed class ServedPodTests
{
    [Test]
    public void The_served_pod_is_as_agreed()
    {
        var image = Image(_ => Full());
        Assert.That(SpecCheck.Of(image).Select(e => e.ToString()), Is.Empty);
        Golden.Matches("served.pod.yaml", KubernetesYaml.Serialize(Template(image).Pod));
    }

    [Test]
    public void A_spec_that_asks_for_none_of_it_has_the_pod_of_before()
    {
        var pod = Template(Image(s => s)).Pod;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pod.Metadata.Annotations.Keys, Is.EqualTo([ServingTemplate.SettingsAnnotation]));
            Assert.That(
                (pod.Spec.Affinity, pod.Spec.TopologySpreadConstraints, pod.Spec.ServiceAccountName),
                Is.EqualTo(((V1Affinity?)null, (IList<V1TopologySpreadConstraint>?)null, (string?)null))
            );
            Assert.That((pod.Spec.Containers.Count, pod.Spec.InitContainers), Is.EqualTo((1, (object?)null)));
        }
    }

    [Test]
    public void Each_of_it_changes_the_settings_and_what_is_asked()
    {
        var changes = new Func<ServerSpec, ServerSpec>[]
        {
            s => s,
            s => s with { Env = Full().Env },
            s => s with { EnvFrom = Full().EnvFrom },
            s => s with { Volumes = Full().Volumes },
            s => s with { Volumes = Full().Volumes, VolumeMounts = Full().VolumeMounts },
            s => s with { Affinity = Full().Affinity },
            s => s with { TopologySpreadConstraints = Full().TopologySpreadConstraints },
            s => s with { PodLabels = Full().PodLabels },
            s => s with { PodAnnotations = Full().PodAnnotations },
            s => s with { ServiceAccountName = "gemma" },
            s => s with { ImagePullSecrets = Full().ImagePullSecrets },
            s => s with { InitContainers = Full().InitContainers },
            s => s with { Volumes = Full().Volumes, Sidecars = Full().Sidecars },
        };
        var images = changes.Select(Image).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(images.Select(i => Template(i).Settings), Is.Unique);
            Assert.That(
                images.Select(i => AskedSettings.Of(i.Spec!, ModelMount.Of(i.Spec!.Rollout.Server.Model))),
                Is.Unique
            );
        }
    }

    [Test]
    public void Every_container_is_confined_and_no_pod_has_a_token()
    {
        var pod = Template(Image(_ => Full())).Pod.Spec;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pod.AutomountServiceAccountToken, Is.False);
            Assert.That(pod.SecurityContext.RunAsNonRoot, Is.True);
            foreach (var container in pod.InitContainers.Concat(pod.Containers))
            {
                Assert.That(container.SecurityContext.AllowPrivilegeEscalation, Is.False, container.Name);
                Assert.That(container.SecurityContext.ReadOnlyRootFilesystem, Is.True, container.Name);
                Assert.That(container.SecurityContext.Capabilities.Drop, Is.EqualTo(["ALL"]), container.Name);
                Assert.That(container.SecurityContext.Privileged, Is.Null, container.Name);
            }
        }
    }

    [Test]
    public void The_operator_s_labels_and_image_stay_whatever_is_asked()
    {
        var image = Image(s =>
            s with
            {
                PodLabels = new Dictionary<string, string>
                {
                    [WorkloadMetadata.NameLabel] = "another",
                    ["gemmaoperator.io/image"] = "another",
                },
                Sidecars = Full().Sidecars,
            }
        );
        var template = Template(image).With("registry.example/team/app@" + A.Digest(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(template.Pod.Metadata.Labels, Is.SupersetOf(WorkloadMetadata.Selector(image)));
            Assert.That(template.Server.Image, Does.EndWith(A.Digest(2)));
            Assert.That(template.Pod.Spec.Containers[1].Image, Is.EqualTo("registry.example/team/logs:1"));
        }
    }

    [Test]
    public void A_template_with_sidecars_is_kept_and_read_again()
    {
        var template = Template(Image(_ => Full()));
        var read = ServingTemplate.Read(template.Text);
        Assert.That(
            KubernetesJson.Serialize(read!.Pod),
            Is.EqualTo(KubernetesJson.Serialize(template.Pod)),
            "the way back is to all of it"
        );
    }

    [TestCase("/etc/gemma/keys", "keys", "/etc/gemma")]
    [TestCase("/etc/gemma-keys", null, null)]
    [TestCase("/dev/shm/keys", null, null)]
    [TestCase("/models/keys", "models", "/models")]
    public void The_smoke_test_gets_the_volume_of_the_keys_and_no_other(string path, string? volume, string? mount)
    {
        var pod = Template(
            Image(_ => Full() with { Env = [new ServerVariable { Name = "API_KEYS_FILE", Value = path }] })
        ).Pod.Spec;
        var keys = KeysFile.Of(pod)!;
        Assert.That(
            (keys.Path, keys.Volume?.Name, keys.Mount?.MountPath, keys.Mount?.ReadOnlyProperty),
            Is.EqualTo((path, volume, mount, volume is null ? (bool?)null : true))
        );
    }

    [Test]
    public void Without_keys_the_smoke_test_mounts_nothing() =>
        Assert.That(KeysFile.Of(Template(Image(_ => Full() with { Env = [] })).Pod.Spec), Is.Null);
}
