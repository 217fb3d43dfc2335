using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Revisions;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Text;
using k8s.Models;

namespace Operator.Tests.BaseImages.Revisions;

/// <summary>A template in a ControllerRevision is named after what it holds, and believed by its hash alone.</summary>
internal sealed class TemplateRevisionTests
{
    private const string Reference = "registry.example/team/app@sha256:1111";

    private static readonly CompressedString Text = ServingTemplate.For(A.BaseImage(), Reference).Text!;

    [Test]
    public void What_was_made_is_read_again()
    {
        var record = TemplateRevision.Record(A.BaseImage(), Text)!;
        var read = TemplateRevision.Read(Made(record), "team", record);
        var template = ServingTemplate.Read(read.Text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Problem, Is.Null);
            Assert.That(template!.Reference, Is.EqualTo(Reference).And.EqualTo(record.Image));
            Assert.That(
                template.Settings,
                Is.EqualTo(ServingTemplate.Read(Text)!.Settings).And.EqualTo(record.Settings)
            );
            Assert.That(TemplateRevision.Holds(Made(record), A.BaseImage(), record));
        }
    }

    [Test]
    public void It_is_named_after_its_content_and_another_attempt_has_another_name()
    {
        var other = ServingTemplate.For(A.BaseImage(), Reference + "2").Text!;
        var names = new[]
        {
            TemplateRevision.Record(A.BaseImage(), Text)!.Name,
            TemplateRevision.Record(A.BaseImage(), other)!.Name,
            TemplateRevision.Record(A.BaseImage(), Text, attempt: 2)!.Name,
        };
        Assert.That(names, Is.Unique);
        Assert.That(names, Has.All.Length.LessThanOrEqualTo(63).And.All.StartsWith(A.BaseImage().Metadata.Name + "-"));
        var named = A.BaseImage();
        named.Metadata.Name = new string('n', 63);
        Assert.That(TemplateRevision.Record(named, Text, attempt: 5)!.Name, Has.Length.EqualTo(63));
    }

    [Test]
    public void The_order_in_which_an_API_server_writes_fields_says_nothing()
    {
        var record = TemplateRevision.Record(A.BaseImage(), Text)!;
        var revision = Made(record);
        var template = JsonNode.Parse(revision.Data.ToString()!)!["spec"]!["template"]!.AsObject();
        var turned = new JsonObject(
            template.Reverse().Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())).ToList()
        );
        revision.Data = Data(new JsonObject { ["spec"] = new JsonObject { ["template"] = turned } });
        Assert.That(TemplateRevision.Read(revision, "team", record).IsLost, Is.False);
    }

    [TestCase("""{"spec":{"template":{"spec":{"containers":[{"name":"server","image":"evil"}]}}}}""")]
    [TestCase("""{"spec":{"template":null}}""")]
    [TestCase("""{"spec":7}""")]
    [TestCase("""[]""")]
    [TestCase("""null""")]
    public void What_has_another_hash_is_not_believed(string data)
    {
        var record = TemplateRevision.Record(A.BaseImage(), Text)!;
        var revision = Made(record);
        revision.Data = JsonSerializer.Deserialize<JsonElement>(data);
        var read = TemplateRevision.Read(revision, "team", record);
        Assert.That((read.Text, read.IsLost), Is.EqualTo(((CompressedString?)null, true)));
        Assert.That(read.Problem, Does.Contain(record.Name).And.Contains("doesn't hold the pod template"));
        Assert.That(TemplateRevision.Holds(revision, A.BaseImage(), record), Is.False);
    }

    [Test]
    public void One_of_another_owner_is_not_taken_for_the_object_s()
    {
        var record = TemplateRevision.Record(A.BaseImage(), Text)!;
        var foreign = Made(record);
        foreign.Metadata.OwnerReferences[0].Uid = "another";
        Assert.That(TemplateRevision.Holds(foreign, A.BaseImage(), record), Is.False);
        Assert.That(TemplateRevision.Holds(null, A.BaseImage(), record), Is.False);
    }

    [Test]
    public void The_newest_stay_and_so_does_what_is_named()
    {
        V1ControllerRevision[] own = [.. Enumerable.Range(1, 6).Select(Numbered)];
        var leaving = RevisionHistory.Leaving(own, Named(6), Named(1)).Select(r => r.Metadata.Name);
        Assert.That(leaving, Is.EquivalentTo(["r2", "r3"]));
        Assert.That(RevisionHistory.NextNumber(own), Is.EqualTo(7));
        Assert.That(RevisionHistory.NextNumber([]), Is.EqualTo(1));
        own[0].Revision = long.MaxValue;
        Assert.That(RevisionHistory.NextNumber(own), Is.EqualTo(long.MaxValue), "whoever counts that far");
    }

    private static V1ControllerRevision Numbered(int number) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = $"r{number}" },
            Revision = number,
        };

    private static ServingRevision Named(int number) => new() { Name = $"r{number}" };

    /// <summary>As the API server gives it back.</summary>
    private static V1ControllerRevision Made(ServingRevision record) =>
        k8s.KubernetesJson.Deserialize<V1ControllerRevision>(
            k8s.KubernetesJson.Serialize(TemplateRevision.Render(A.BaseImage(), record, Text, 3))
        );

    private static JsonElement Data(JsonObject value) => value.Deserialize<JsonElement>();
}
