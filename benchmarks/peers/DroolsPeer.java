// Drools, executable model: the rules come on standard input, times and results go to standard output.
// One alpha-indexed pattern for each literal, a Drools rule for each way in which a rule of ours can fire.

import static org.drools.model.PatternDSL.alphaIndexedBy;
import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.execute;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drools.model.Drools;
import org.drools.model.Index;
import org.drools.model.PatternDSL;
import org.drools.model.Variable;
import org.drools.model.RuleItemBuilder;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;

public final class DroolsPeer {
    public static final class Known {
        public final int name;
        public final int value;

        Known(int name, int value) {
            this.name = name;
            this.value = value;
        }
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Map<String, Integer> NAMES = new HashMap<>();
    private static final List<String[]> RULES = new ArrayList<>();
    private static final List<Known[]> PATIENTS = new ArrayList<>();
    private static int[] priors;
    private static int[][] weights;
    private static int[][] concluding;
    private static BitSet fired;
    private static int[] scores;

    private static int name(String name) {
        return NAMES.computeIfAbsent(name, each -> NAMES.size());
    }

    private static int[] numbers(String text) {
        return text.isEmpty() ? new int[0] : Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    private static void read() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("priors")) {
                priors = numbers(words[1]);
            } else if (words[0].equals("rule")) {
                RULES.add(words);
            } else {
                PATIENTS.add(Arrays.stream(words).skip(1).map(told -> {
                    String[] sides = told.split("=");
                    return new Known(name(sides[0]), Integer.parseInt(sides[1]));
                }).toArray(Known[]::new));
            }
        }
    }

    private static KieBase build() {
        int count = RULES.size();
        weights = new int[count][];
        concluding = new int[count][];
        ModelImpl model = new ModelImpl();
        for (int number = 0; number < count; number++) {
            String[] words = RULES.get(number);
            weights[number] = numbers(words[1]);
            concluding[number] = words[2].isEmpty() ? new int[0]
                : Arrays.stream(words[2].split(",")).mapToInt(DroolsPeer::name).toArray();
            for (int way = 3; way < words.length; way++) {
                model.addRule(one(number, way, words[way].split(" ")));
            }
        }
        return KieBaseBuilder.createKieBaseFromModel(model);
    }

    private static org.drools.model.Rule one(int number, int way, String[] literals) {
        List<RuleItemBuilder<?>> items = new ArrayList<>();
        for (int at = 0; at < literals.length; at += 3) {
            Variable<Known> variable = declarationOf(Known.class, "v" + number + "_" + way + "_" + at);
            int name = name(literals[at]);
            String op = literals[at + 1];
            int value = Integer.parseInt(literals[at + 2]);
            PatternDSL.PatternDef<Known> found = pattern(variable).expr("name" + name, k -> k.name == name,
                alphaIndexedBy(int.class, Index.ConstraintType.EQUAL, 0, k -> k.name, name));
            String id = op + value;
            switch (op) {
                case "==": found = found.expr(id, k -> k.value == value); break;
                case ">=": found = found.expr(id, k -> k.value >= value); break;
                case ">": found = found.expr(id, k -> k.value > value); break;
                case "<=": found = found.expr(id, k -> k.value <= value); break;
                default: found = found.expr(id, k -> k.value < value);
            }
            items.add(found);
        }
        items.add(execute((Drools drools) -> fire(number, drools)));
        return rule("r" + number + "_" + way).build(items.toArray(new RuleItemBuilder<?>[0]));
    }

    private static void fire(int number, Drools drools) {
        if (fired.get(number)) {
            return;
        }
        fired.set(number);
        int[] weight = weights[number];
        for (int at = 0; at < weight.length; at += 2) {
            scores[weight[at]] += weight[at + 1];
        }
        for (int finding : concluding[number]) {
            drools.insert(new Known(finding, 1));
        }
    }

    // Of this thread alone: what the compiler and the collector do beside it is not counted.
    private static long now() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static KieSession begin(KieBase base) {
        fired = new BitSet();
        scores = priors.clone();
        return base.newKieSession();
    }

    private static void patient(KieBase base, Known[] known) {
        KieSession session = begin(base);
        for (Known each : known) {
            session.insert(each);
        }
        session.fireAllRules();
        session.dispose();
    }

    private static void tell(KieBase base, Known[] known, List<Long> times) {
        KieSession session = begin(base);
        session.fireAllRules();
        for (Known each : known) {
            long start = now();
            session.insert(each);
            session.fireAllRules();
            times.add(now() - start);
        }
        session.dispose();
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        double warm = Double.parseDouble(arguments[1]) * 1e9;
        read();
        long start = now();
        KieBase base = build();
        System.out.println("build\t" + (now() - start));
        for (Known[] known : PATIENTS) {
            patient(base, known);
            System.out.println("result\t" + fired + "\t" + Arrays.toString(scores));
        }
        start = System.nanoTime();
        while (System.nanoTime() - start < warm) {
            for (Known[] known : PATIENTS) {
                patient(base, known);
                tell(base, known, new ArrayList<>());
            }
        }
        for (int round = 0; round < rounds; round++) {
            start = now();
            for (Known[] known : PATIENTS) {
                patient(base, known);
            }
            System.out.println("patient\t" + (now() - start) / PATIENTS.size());
            List<Long> times = new ArrayList<>();
            for (Known[] known : PATIENTS) {
                tell(base, known, times);
            }
            times.sort(null);
            double sum = times.stream().mapToLong(Long::longValue).sum();
            System.out.println("tell\t" + sum / times.size() + "\t" + times.get(times.size() * 99 / 100));
        }
    }
}
