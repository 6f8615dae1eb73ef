import { defineText } from "@/shared/i18n/text";

interface Failure {
  /** What has happened, in one sentence. */
  cause: string;
  /** What removes it. */
  todo: string;
}

/** Cause and remedy of a failed night by the code of its error; the same table stands in docs/operations/nightly.md. */
export const useFailureText = defineText<Record<string, Failure>>({
  zh: {
    "intake.file_missing": { cause: "下发的文件不齐或缺少。", todo: "请源系统重新下发整日文件（manifest.yaml 最后写入），再补跑。" },
    "nightly.disk_full": { cause: "磁盘已满，该环节未能写入。", todo: "请腾出空间后补跑，将从该环节继续。" },
    "nightly.connection_lost": { cause: "运行中数据库连接中断。", todo: "待数据库恢复后补跑，将从该环节继续。" },
    "intake.file_unreadable": { cause: "有文件无法读取。", todo: "请源系统重新下发整日文件，再补跑。" },
    "intake.columns": { cause: "文件的列与约定不同。", todo: "请源系统按接口约定改正后重新下发，再补跑。" },
    "intake.control_total": { cause: "控制总数与文件内容不符：文件被截断或混入其他批次。", todo: "请源系统重新下发文件与 manifest.yaml，再补跑。" },
    "intake.reject_limit": { cause: "被拒绝的行超过约定比例，当日数据没有载入。", todo: "用 huikuan feed check 列出全部被拒绝的行，由源系统改正后重新下发，再补跑。" },
    "intake.manifest": { cause: "manifest.yaml 有误，或不属于这一天。", todo: "请源系统重新下发，再补跑。" },
    "nightly.date_missing": { cause: "所需账务日的文件还没有到。", todo: "文件到齐后补跑；夜批按日期依次进行，不会跳过。" },
    "nightly.delivery_changed": { cause: "这一天已载入的文件被换成了别的内容。", todo: "放回原来的文件；如确需更正，请在发布后发起更正。" },
    "nightly.delivered_again": { cause: "这一天在夜批发布之后又下发了一次。", todo: "如以最后一次为准，请发起更正；此前的文件和结果都保留。" },
    "nightly.interrupted": { cause: "夜批进程中断（被终止、停机或断线）。没有半成品可见。", todo: "直接补跑，会从最后完成的阶段继续。" },
    "nightly.busy": { cause: "本行的另一次夜批正在运行。", todo: "等它结束后再补跑。" },
    "nightly.unexpected": { cause: "处理中出现意外错误（例如磁盘已满）。", todo: "查看服务器上的夜批日志，排除原因后补跑。" },
    "nightly.unfinished": { cause: "有一次夜批尚未发布。", todo: "先完成那次夜批，再发起更正。" },
    "nightly.nothing_to_correct": { cause: "收件目录中的文件与账上的相同。", todo: "放入正确的文件后再发起更正。" },
    "nightly.delivery_needed": { cause: "更正需要的某一天文件已从收件目录清除。", todo: "把该日文件放回收件目录，再次运行更正，会从那里继续。" },
    "nightly.date_in_future": { cause: "这一天还没有到。", todo: "选择不晚于今天的日期。" },
    "nightly.date_before_book": { cause: "这一天不在账簿的日期范围内。", todo: "选择账簿之内的日期。" },
    "nightly.job_lost": { cause: "后台任务多次中断后被放弃。", todo: "查看后台日志，排除原因后重新发起。" },
    "nightly.correction_reason": { cause: "更正理由过短、过长，或含有个人信息。", todo: "写明错在哪里、由谁提出，不要写姓名、证件号或电话。" },
    "lake.file_missing": { cause: "账簿中的一个文件不在磁盘上。", todo: "从备份恢复 lake 目录，再补跑。" },
  },
  en: {
    "intake.file_missing": { cause: "A file of the delivery is missing.", todo: "Have the whole day sent again (manifest.yaml last), then run again." },
    "nightly.disk_full": { cause: "The disk was full: the stage could not write.", todo: "Make room, then run again: it goes on with this stage." },
    "nightly.connection_lost": { cause: "The connection to the database was lost.", todo: "Run again when it answers: it goes on with this stage." },
    "intake.file_unreadable": { cause: "A file cannot be read.", todo: "Have the whole day sent again, then run again." },
    "intake.columns": { cause: "A file has other columns than agreed.", todo: "Have it corrected at the source and sent again, then run again." },
    "intake.control_total": { cause: "A control total differs: a file was cut, or mixed with another run.", todo: "Have files and manifest.yaml sent again, then run again." },
    "intake.reject_limit": { cause: "More rows were rejected than the contract allows; nothing of the day was loaded.", todo: "List them with huikuan feed check, have them corrected and sent again, then run again." },
    "intake.manifest": { cause: "manifest.yaml is wrong, or of another day.", todo: "Have the delivery sent again, then run again." },
    "nightly.date_missing": { cause: "The delivery of a date that is needed is not there yet.", todo: "Run again when it has come; nights run in order and skip none." },
    "nightly.delivery_changed": { cause: "The files of a date that was loaded have been replaced.", todo: "Put the former files back; to correct the date, propose a correction once the night is published." },
    "nightly.delivered_again": { cause: "The date was delivered again after its night was published.", todo: "Propose a correction to have the last delivery; all files and figures stay." },
    "nightly.interrupted": { cause: "The process of the night ended (killed, machine stopped, connection lost). Nothing half-done is visible.", todo: "Run again: it goes on after the last finished stage." },
    "nightly.busy": { cause: "Another night of this bank is running.", todo: "Wait until it ends, then run again." },
    "nightly.unexpected": { cause: "Something unexpected happened (a full disk, for example).", todo: "Read the log of the night on the server, remove the cause, run again." },
    "nightly.unfinished": { cause: "A night has begun and is not published.", todo: "Finish that night first, then correct." },
    "nightly.nothing_to_correct": { cause: "The files in the inbox are those that the book was made from.", todo: "Put the right files there, then propose the correction." },
    "nightly.delivery_needed": { cause: "The correction needs the delivery of a date that was cleared from the inbox.", todo: "Put it back and run the correction again; it goes on from there." },
    "nightly.date_in_future": { cause: "This date has not come yet.", todo: "Choose a date up to today." },
    "nightly.date_before_book": { cause: "This date lies outside the book.", todo: "Choose a date within the book." },
    "nightly.job_lost": { cause: "The job broke off several times and was given up.", todo: "Read the worker's log, remove the cause and ask again." },
    "nightly.correction_reason": { cause: "The reason is too short, too long, or holds personal data.", todo: "Say what was wrong and who said so, without names or numbers of customers." },
    "lake.file_missing": { cause: "A file of the book is not on the disk.", todo: "Restore the lake folder from its backup, then run again." },
  },
});
