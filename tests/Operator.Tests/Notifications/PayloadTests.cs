using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Notifications;

namespace Operator.Tests.Notifications;

/// <summary>What receivers get.</summary>
internal sealed class PayloadTests
{
    [Test]
    public async Task A_webhook_gets_the_facts()
    {
        using var content = Payload.Content(Given.Told(), signing: null);
        var json = await ReadAsync(content);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
            Assert.That(content.Headers.Contains(Payload.SignatureHeader), Is.False);
            Assert.That((string?)json["id"], Is.EqualTo("1"));
            Assert.That((string?)json["event"], Is.EqualTo("RolledBack"));
            Assert.That((string?)json["time"], Is.EqualTo("2026-11-23T08:30:00Z"));
            Assert.That((string?)json["namespace"], Is.EqualTo("ml"));
            Assert.That((string?)json["name"], Is.EqualTo("gemma"));
            Assert.That((string?)json["build"], Is.EqualTo("gemma-b2"));
            Assert.That((string?)json["image"], Does.Contain("@sha256:"));
            Assert.That((string?)json["changes"], Is.EqualTo("1 upgraded"));
            Assert.That((string?)json["text"], Does.StartWith("ml/gemma: RolledBack: it answered"));
        }
    }

    [Test]
    public async Task Slack_gets_a_text_in_which_nothing_mentions_anybody()
    {
        using var content = Payload.Content(Given.Told(Given.Receiver(type: NotificationType.Slack)), signing: null);
        Assert.That(
            (string?)(await ReadAsync(content))["text"],
            Is.EqualTo("ml/gemma: RolledBack: it answered nothing &lt;!channel&gt; &amp; failed")
        );
    }

    [Test]
    public async Task A_CloudEvent_is_one_as_its_specification_has_it()
    {
        var told = Given.Told(Given.Receiver(type: NotificationType.CloudEvents));
        using var content = Payload.Content(told, signing: null);
        var json = await ReadAsync(content);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(content.Headers.ContentType!.MediaType, Is.EqualTo("application/cloudevents+json"));
            Assert.That((string?)json["specversion"], Is.EqualTo("1.0"));
            Assert.That((string?)json["id"], Is.EqualTo("1"));
            Assert.That((string?)json["type"], Is.EqualTo("io.gemmaoperator.RolledBack"));
            Assert.That(
                (string?)json["source"],
                Is.EqualTo("/apis/gemmaoperator.io/namespaces/ml/gemmabaseimages/gemma")
            );
            Assert.That((string?)json["subject"], Is.EqualTo("gemma-b2"));
            Assert.That(
                DateTimeOffset.Parse((string)json["time"]!, CultureInfo.InvariantCulture).UtcDateTime,
                Is.EqualTo(A.Morning)
            );
            Assert.That((string?)json["datacontenttype"], Is.EqualTo("application/json"));
            Assert.That((string?)json["data"]!["reason"], Is.EqualTo("RolledBack"));
        }
    }

    [Test]
    public void A_template_fills_in_what_it_names_and_nothing_twice()
    {
        var told = new Told(
            "ml",
            "gemma",
            Given.Receiver() with
            {
                Template = "{event} of {namespace}/{name} at {time}: {message} ({reason}, {build}, {changes}, {id})",
            },
            Given.Pending() with
            {
                Message = "{name} is quoted",
            }
        );
        Assert.That(
            Payload.Text(told),
            Is.EqualTo(
                "RolledBack of ml/gemma at 2026-11-23T08:30:00Z: {name} is quoted (RolledBack, gemma-b2, 1 upgraded, 1)"
            )
        );
    }

    [Test]
    public void A_template_can_t_make_a_text_of_any_length()
    {
        var template = string.Concat(Enumerable.Repeat("{message}", 111));
        var told = new Told(
            "ml",
            "gemma",
            Given.Receiver() with
            {
                Template = template,
            },
            Given.Pending() with
            {
                Message = new string('x', 1024),
            }
        );
        Assert.That(Payload.Text(told), Has.Length.EqualTo(8000));
    }

    [Test]
    public async Task A_signature_is_that_of_the_body()
    {
        var key = Encoding.UTF8.GetBytes("s3cret");
        using var content = Payload.Content(Given.Told(), key);
        var body = await content.ReadAsByteArrayAsync();
        Assert.That(
            content.Headers.GetValues(Payload.SignatureHeader).Single(),
            Is.EqualTo($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, body))}")
        );
    }

    private static async Task<JsonNode> ReadAsync(HttpContent content) =>
        JsonNode.Parse(await content.ReadAsByteArrayAsync())!;
}
