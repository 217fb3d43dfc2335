using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Text;

namespace Inference.Tests.Text;

[TestFixture]
internal sealed class ChatTemplateTests
{
    private const int Room = 512;
    private static readonly Tokenizer Tiny = new(SentencePieceModel.ReadFile(TorchForTests.Reference("tiny.model")));

    [TestCase(Generation.Gemma1)]
    [TestCase(Generation.Gemma2)]
    [TestCase(Generation.Gemma3)]
    public void A_conversation_is_laid_out_as_the_hubs_template_does(Generation generation)
    {
        var ids = new ChatTemplate(Tiny, ChatLayout.Of(generation)).Apply(
            new Chat([new("user", " water "), new("assistant", "light"), new("user", "stone")]),
            Room
        );
        Assert.That(
            ids,
            Is.EqualTo(
                Tiny.EncodeTrusted(
                        "<start_of_turn>user\nwater<end_of_turn>\n<start_of_turn>model\nlight<end_of_turn>\n"
                            + "<start_of_turn>user\nstone<end_of_turn>\n<start_of_turn>model\n"
                    )
                    .Prepend(Tiny.Control("<bos>"))
            )
        );
    }

    [Test]
    public void Gemma_3_puts_the_system_message_before_the_first_turn()
    {
        var ids = new ChatTemplate(Tiny, ChatLayout.Of(Generation.Gemma3)).Apply(
            new Chat([new("system", "stone"), new("user", "water")]),
            Room
        );
        Assert.That(
            ids,
            Is.EqualTo(
                Tiny.EncodeTrusted("<start_of_turn>user\nstone\n\nwater<end_of_turn>\n<start_of_turn>model\n")
                    .Prepend(Tiny.Control("<bos>"))
            )
        );
    }

    [Test]
    public void Gemma_2_has_no_system_role_and_says_so() =>
        Refused(Generation.Gemma2, "no system role", new ChatMessage("system", "x"), new("user", "y"));

    [Test]
    public void Roles_must_alternate() =>
        Refused(Generation.Gemma3, "expected assistant, found user", new ChatMessage("user", "x"), new("user", "y"));

    [TestCase(ChatEnd.OpenMessage, "")]
    [TestCase(ChatEnd.ClosedMessage, "<end_of_turn>\n")]
    [TestCase(ChatEnd.NewTurn, "<end_of_turn>\n<start_of_turn>model\n")]
    public void The_models_own_last_message_is_continued_closed_or_followed(ChatEnd end, string rest)
    {
        var ids = new ChatTemplate(Tiny, ChatLayout.Of(Generation.Gemma3)).Apply(
            new Chat([new("user", "stone"), new("assistant", " water ")]),
            Room,
            end
        );
        Assert.That(
            ids,
            Is.EqualTo(
                Tiny.EncodeTrusted($"<start_of_turn>user\nstone<end_of_turn>\n<start_of_turn>model\nwater{rest}")
                    .Prepend(Tiny.Control("<bos>"))
            )
        );
    }

    [Test]
    public void A_prompt_without_a_turn_for_the_model_ends_with_the_users() =>
        Assert.That(
            new ChatTemplate(Tiny, ChatLayout.Of(Generation.Gemma3)).Apply(
                new Chat([new("user", "stone")]),
                Room,
                ChatEnd.ClosedMessage
            ),
            Is.EqualTo(Tiny.EncodeTrusted("<start_of_turn>user\nstone<end_of_turn>\n").Prepend(Tiny.Control("<bos>")))
        );

    [Test]
    public void An_empty_conversation_is_refused() => Refused(Generation.Gemma3, "at least one");

    private static void Refused(Generation generation, string says, params ChatMessage[] messages) =>
        Assert.That(
            () => new ChatTemplate(Tiny, ChatLayout.Of(generation)).Apply(new Chat(messages), Room),
            Throws.TypeOf<ChatTemplateException>().With.Message.Contains(says)
        );

    [Test]
    public void Prompts_need_no_tokens_of_conversations()
    {
        var layout = ChatLayout.Of(Generation.Gemma4);
        Assert.That(() => new ChatTemplate(Tiny, layout), Throws.TypeOf<InferenceException>());
        Assert.That(new ChatTemplate(Tiny, layout, hasChats: false).Plain("a", 8), Is.Not.Null);
    }
}
