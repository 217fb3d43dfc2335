using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Forecasts;

namespace Operator.Tests.BaseImages.Forecasts;

/// <summary>A value that is named like a credential is left out, wherever it stands.</summary>
internal sealed class MaskedTests
{
    [TestCase("spec.env[name=DB_PASSWORD].value", "\"correct horse\"")]
    [TestCase("spec.env", "[{\"name\":\"DB_PASSWORD\",\"value\":\"correct horse\"}]")]
    [TestCase("spec.env[name=DB_PASSWORD]", "{\"name\":\"DB_PASSWORD\",\"value\":\"correct horse\"}")]
    [TestCase("ConfigMap reqs: data.API_KEY", "\"correct horse\"")]
    [TestCase("data", "{\"API_KEY\":\"correct horse\"}")]
    [TestCase("spec.env[name=URL].value", "\"https://user:horse@host/\"")]
    public void Fields_show_no_credential(string path, string value)
    {
        var change = new JsonChange(path, null, JsonNode.Parse(value));
        Assert.That(change.NewText, Does.Contain("***").And.Not.Contain("horse"));
        Assert.That(change.OldText, Is.EqualTo("nothing"));
    }

    [TestCase("spec.env[name=MODE].value", "\"correct horse\"")]
    [TestCase("spec.env[name=MODE]", "{\"name\":\"MODE\",\"value\":\"correct horse\"}")]
    [TestCase("spec.output.credentials.pushSecretRef.name", "\"horse\"")]
    public void Other_fields_are_shown(string path, string value) =>
        Assert.That(new JsonChange(path, null, JsonNode.Parse(value)).NewText, Does.Contain("horse"));

    [Test]
    public void Recorded_variables_show_no_credential() =>
        Assert.That(
            Masked.Recorded("A=b c DB_PASSWORD=correct horse=x battery Z=a b"),
            Does.StartWith("A=b c DB_PASSWORD=***").And.EndsWith("Z=a b").And.Not.Contain("correct")
        );

    [Test]
    public void A_Dockerfile_shows_no_credential() =>
        Assert.That(
            Masked.Lines("ENV A=\"b c\" DB_PASSWORD=\"correct \\\"horse\" T='a b' HF_TOKEN='correct horse'\nUSER 1\n"),
            Is.EqualTo("ENV A=\"b c\" DB_PASSWORD=*** T='a b' HF_TOKEN=***\nUSER 1\n")
        );
}
