using System.Text.Json.Nodes;
using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Text;
using GemmaInference.Text.Templates;

namespace Inference.Tests.Text.Templates;

[TestFixture]
internal sealed class TemplateChoiceTests
{
    private const string Own = "{{ '<|im_start|>' }}";
    private const string Turns = "<|turn>…<turn|>";

    [Test]
    public void A_template_that_is_not_known_is_refused_by_name([Values] Generation generation)
    {
        var refused = Assert.Throws<InferenceException>(() => Decide(TemplateWish.Auto, generation, Own))!;
        Assert.That(refused.Subject, Is.EqualTo("CHAT_TEMPLATE"));
        Assert.That(refused.Message, Does.Contain("chat_template.jinja").And.Contain("gemma3").And.Contain("none"));
        Assert.That(refused.Message, Has.Length.LessThan(300));
    }

    [TestCase(TemplateWish.Gemma, Generation.Gemma2, false)]
    [TestCase(TemplateWish.Gemma3, Generation.Gemma3, false)]
    [TestCase(TemplateWish.Gemma4, Generation.Gemma4, false)]
    [TestCase(TemplateWish.Gemma4EmptyThought, Generation.Gemma4, true)]
    public void What_is_set_counts_whatever_the_checkpoint_has(
        TemplateWish wish,
        Generation expected,
        bool hasEmptyThought
    ) =>
        Assert.That(
            Decide(wish, Generation.Gemma3, Own).Layout,
            Is.EqualTo(ChatLayout.Of(expected) with { HasEmptyThought = hasEmptyThought })
        );

    [Test]
    public void Conversations_can_be_left_out() =>
        Assert.That(Decide(TemplateWish.None, Generation.Gemma3, Own).Layout, Is.Null);

    [Test]
    public void A_checkpoint_without_a_template_has_its_generations([Values] Generation generation) =>
        Assert.That(Decide(TemplateWish.Auto, generation, null).Layout, Is.EqualTo(ChatLayout.Of(generation)));

    [TestCase(Turns, false, false, false)]
    [TestCase(Turns + "<|channel>thought\\n<channel|>", true, false, false)]
    [TestCase(Turns + "<|think|>\\n", false, true, false)]
    [TestCase(Turns + "declaration: <|tool_call>call:", false, false, true)]
    public void Of_gemma_4_it_is_seen_what_a_template_can(
        string template,
        bool hasEmptyThought,
        bool thinks,
        bool hasCalls
    )
    {
        var choice = Decide(TemplateWish.Auto, Generation.Gemma4, template);
        Assert.That(
            choice.Layout,
            Is.EqualTo(
                new ChatLayout(Generation.Gemma4)
                {
                    HasEmptyThought = hasEmptyThought,
                    HasThoughts = thinks,
                    BreaksAfterThink = thinks,
                    HasCalls = hasCalls,
                }
            )
        );
        Assert.That(choice.Note, Does.Contain("CHAT_TEMPLATE=gemma4"));
    }

    [Test]
    public void A_setting_that_is_none_is_named() =>
        Assert.That(
            () => TemplateChoice.Parse("gemma5"),
            Throws.TypeOf<InferenceException>().With.Message.Contains("gemma4-empty-thought")
        );

    [Test]
    public void Files_are_looked_for_in_the_hubs_order()
    {
        using var scratch = new ScratchDirectory();
        Write("tokenizer_config.json", new JsonObject { ["chat_template"] = "third" });
        Assert.That(TemplateFile.Read(scratch.Path)!.Text, Is.EqualTo("third"));
        Write("chat_template.json", new JsonObject { ["chat_template"] = "second" });
        Assert.That(TemplateFile.Read(scratch.Path)!.Text, Is.EqualTo("second"));
        File.WriteAllText(Path.Combine(scratch.Path, "chat_template.jinja"), "first");
        Assert.That(TemplateFile.Read(scratch.Path)!.Text, Is.EqualTo("first"));

        void Write(string name, JsonObject content) =>
            File.WriteAllText(Path.Combine(scratch.Path, name), content.ToJsonString());
    }

    [TestCase("""{"chat_template":[{"name":"tool_use","template":"x"},{"name":"default","template":"y"}]}""", "y")]
    [TestCase("""{"chat_template":null}""", null)]
    [TestCase("""{"chat_template":""}""", null)]
    [TestCase("""{"eos_token":"x"}""", null)]
    [TestCase("[]", null)]
    public void Of_several_templates_the_usual_one_counts(string settings, string? expected)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(Path.Combine(scratch.Path, "tokenizer_config.json"), settings);
        Assert.That(TemplateFile.Read(scratch.Path)?.Text, Is.EqualTo(expected));
    }

    [TestCase("{")]
    [TestCase("""{"chat_template":7}""")]
    [TestCase("""{"chat_template":[{"name":"tool_use","template":"x"}]}""")]
    public void A_file_that_cannot_be_used_is_named(string settings)
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(Path.Combine(scratch.Path, "tokenizer_config.json"), settings);
        Assert.That(
            () => TemplateFile.Read(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains("tokenizer_config.json")
        );
    }

    private static TemplateChoice Decide(TemplateWish wish, Generation generation, string? template) =>
        TemplateChoice.Decide(
            wish,
            generation,
            template is null ? null : new TemplateSource("/models/chat_template.jinja", template)
        );
}
