// JavaRosa, the engine of ODK Collect, as a program: a line in is a form with steps, a line out is what
// it became. One virtual machine for all forms. See README.md for the words of a line.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.List;
import java.util.function.Predicate;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.QuestionDef;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.condition.IFunctionHandler;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;
import org.opendatakit.validate.StubPropertyManager;

class JavaRosa {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));  // JavaRosa talks
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new StubPropertyManager());  // says which device this is
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSON.writeValueAsString(played(JSON.readTree(line))));
        }
    }

    static JsonNode played(JsonNode request) {
        try {
            JavaRosa form = new JavaRosa(request);
            ArrayNode looks = JSON.createArrayNode();
            for (JsonNode step : request.get("steps")) {
                if (step.get(0).asText().equals("look")) looks.add(form.look());
                else form.step(step);
            }
            return looks;
        } catch (Throwable error) {
            return JSON.createObjectNode().put("error", String.valueOf(error));
        }
    }

    final FormDef form;
    final FormEntryController controller;

    JavaRosa(JsonNode request) throws Exception {
        // JavaRosa's clock and lots cannot be set, so the form asks for ours.
        String xform = request.get("xform").asText().replaceAll("\\b(today|now|random)\\(\\)", "our-$1()");
        form = XFormUtils.getFormFromInputStream(new ByteArrayInputStream(xform.getBytes("UTF-8")));
        Date now = Date.from(OffsetDateTime.parse(request.get("now").asText()).toInstant());
        EvaluationContext context = form.getEvaluationContext();
        context.addFunctionHandler(constant("our-now", now));
        context.addFunctionHandler(constant("our-today", DateUtils.roundDate(now)));
        context.addFunctionHandler(constant("our-random", request.get("draw").asDouble()));
        form.initialize(true, new InstanceInitializationFactory());
        controller = new FormEntryController(new FormEntryModel(form));
        walk(index -> false);
    }

    void step(JsonNode step) throws Exception {
        String name = step.get(1).asText();
        switch (step.get(0).asText()) {
            case "set" -> {
                int row = step.get(2).isNull() ? 0 : step.get(2).asInt();
                TreeElement element = find(form.getMainInstance().getRoot(), name, row);
                form.setValue(answer(element, step.get(3).asText()), element.getRef(), true);
            }
            case "add" -> controller.newRepeat(indexOf(FormEntryController.EVENT_PROMPT_NEW_REPEAT, name, -1));
            case "remove" -> controller.deleteRepeat(
                indexOf(FormEntryController.EVENT_REPEAT, name, step.get(2).asInt()));
        }
        walk(index -> false);
    }

    /** Goes through the form as an interviewer does: only then are counted rows made, choices filtered. */
    FormIndex walk(Predicate<FormIndex> wanted) {
        FormEntryModel model = controller.getModel();
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        while (controller.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM) {
            if (wanted.test(model.getFormIndex())) return model.getFormIndex();
            if (model.getEvent() == FormEntryController.EVENT_QUESTION) model.getQuestionPrompt().getSelectChoices();
        }
        return null;
    }

    FormIndex indexOf(int event, String repeat, int row) {
        FormEntryModel model = controller.getModel();
        return walk(index -> model.getEvent(index) == event
            && index.getReference().getNameLast().equals(repeat)
            && (row < 0 || index.getElementMultiplicity() == row));
    }

    IAnswerData answer(TreeElement element, String text) {
        if (text.isEmpty()) return null;
        QuestionDef question = FormDef.findQuestionByRef(element.getRef().genericize(), form);
        int control = question == null ? Constants.CONTROL_INPUT : question.getControlType();
        return AnswerDataFactory.template(control, element.getDataType()).cast(new UncastData(text));
    }

    static TreeElement find(TreeElement parent, String name, int row) {
        for (int at = 0; at < parent.getNumChildren(); at++) {
            TreeElement child = parent.getChildAt(at);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            if (child.isRepeatable() && child.getMult() != row) continue;
            if (child.getName().equals(name)) return child;
            TreeElement found = find(child, name, row);
            if (found != null) return found;
        }
        return null;
    }

    ArrayNode look() {
        ArrayNode seen = JSON.createArrayNode();
        look(form.getMainInstance().getRoot(), -1, seen);
        return seen;
    }

    void look(TreeElement parent, int row, ArrayNode seen) {
        for (int at = 0; at < parent.getNumChildren(); at++) {
            TreeElement child = parent.getChildAt(at);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            int here = child.isRepeatable() ? child.getMult() : row;
            IAnswerData value = child.getValue();
            ObjectNode node = seen.addObject();
            node.put("name", child.getName()).put("relevant", child.isRelevant());
            if (here >= 0) node.put("row", here);
            if (value != null) node.put("value", value.uncast().getString());
            if (child.isRelevant()) node.put("violation", violation(child, value));
            look(child, here, seen);
        }
    }

    String violation(TreeElement element, IAnswerData value) {
        if (value == null) return element.isRequired() ? "required" : null;
        return form.evaluateConstraint(element.getRef(), value) ? null : "constraint";
    }

    static IFunctionHandler constant(String name, Object value) {
        return new IFunctionHandler() {
            public String getName() { return name; }
            public List<Class[]> getPrototypes() { return List.<Class[]>of(new Class[0]); }
            public boolean rawArgs() { return false; }
            public boolean realTime() { return true; }
            public Object eval(Object[] arguments, EvaluationContext context) { return value; }
        };
    }
}
