using GemmaInference.Text.Templates;

namespace Inference.Tests.Text.Templates;

[TestFixture]
internal sealed class TemplateDigestTests
{
    private const string Template = """
        {{ bos_token }}
        {%- for message in messages -%}
            {{ '<start_of_turn>' + message['role'] + '\n' }}
        {%- endfor %}
        """;

    [TestCase("{{bos_token}}{%- for message in messages -%}{{'<start_of_turn>'+message['role']+'\\n'}}{%- endfor %}")]
    [TestCase(
        "{{ bos_token }}{# why #}\n{%-for message in messages-%}\n"
            + "{{ \"<start_of_turn>\" + message[\"role\"] + '\n' }}{%- endfor -%}\n"
    )]
    public void How_a_template_is_written_makes_no_difference(string other) =>
        Assert.That(TemplateDigest.Normalise(other), Is.EqualTo(TemplateDigest.Normalise(Template)));

    [TestCase("bos_token", "eos_token")]
    [TestCase("<start_of_turn>", "<start_of_turn> ")]
    [TestCase("{{ bos_token }}", "{{ bos_token }}x")]
    [TestCase("{%- for", "{% for")]
    [TestCase("\\n", "\\t")]
    public void What_a_template_does_makes_one(string from, string to) =>
        Assert.That(TemplateDigest.Of(Template.Replace(from, to)), Is.Not.EqualTo(TemplateDigest.Of(Template)));

    [TestCase("{% if x %}\n  {% set y = 1 %}\nz{% endif %}", "{% if x %}{% set y = 1 %}z{% endif %}")]
    [TestCase("a {{ x }}\n", "a {{ x }}")]
    public void Blocks_are_trimmed_as_the_hubs_libraries_do(string written, string same) =>
        Assert.That(TemplateDigest.Normalise(written), Is.EqualTo(TemplateDigest.Normalise(same)));

    [TestCase("{{ 'a\" \"b' }}", "{{ 'a' 'b' }}")]
    [TestCase("a {% if x %}b{% endif %}", "a{% if x %}b{% endif %}")]
    public void Different_templates_are_not_taken_for_the_same(string one, string other) =>
        Assert.That(TemplateDigest.Normalise(one), Is.Not.EqualTo(TemplateDigest.Normalise(other)));

    [TestCase("{{")]
    [TestCase("{%")]
    [TestCase("{{ 'a")]
    [TestCase("{#-}")]
    [TestCase("{{}}")]
    [TestCase("")]
    public void What_is_no_template_has_a_digest_too(string text) =>
        Assert.That(TemplateDigest.Of(text), Has.Length.EqualTo(64));

    /// <summary>Templates of others aren't kept here; with a folder of them their digests are told.</summary>
    [Test]
    public void Templates_at_hand_are_known()
    {
        if (Environment.GetEnvironmentVariable("GEMMA_CHAT_TEMPLATES") is not { Length: > 0 } folder)
        {
            Assert.Ignore("GEMMA_CHAT_TEMPLATES names no folder of templates");
            return;
        }

        foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            var digest = TemplateDigest.Of(File.ReadAllText(file));
            Assert.That(KnownTemplates.Find(digest), Is.Not.Null, $"{Path.GetFileName(file)} {digest}");
        }
    }
}
