// What each code says, in the three languages. The sentences of audience_server/notary/verify.py, word for word.

export const SENTENCES = {
  E101: {
    "zh-Hans": "封存包的打包格式与规定不符",
    "zh-Hant": "封存包的打包格式與規定不符",
    en: "the archive is not packed as the format prescribes",
  },
  E102: {
    "zh-Hans": "封存包中缺少文件或有多余文件",
    "zh-Hant": "封存包中缺少檔案或有多餘檔案",
    en: "a file is missing or does not belong there",
  },
  E103: {
    "zh-Hans": "文件与清单上的摘要或长度不一致",
    "zh-Hant": "檔案與清單上的摘要或長度不一致",
    en: "a file differs from its digest in the manifest",
  },
  E104: {
    "zh-Hans": "核对方名单(policy)与场次文件或记录不一致",
    "zh-Hant": "核對方名單(policy)與場次檔案或記錄不一致",
    en: "the policy differs from the session file or the record",
  },
  E105: {
    "zh-Hans": "公证员的密钥与给定的锚点不一致,或该公证员未签过本记录",
    "zh-Hant": "公證員的密鑰與給定的錨點不一致,或該公證員未簽過本記錄",
    en: "the notary's keys differ from the given anchor, or that notary signed nothing here",
  },
  W106: {
    "zh-Hans": "无第三方副本,由主办方自行出具;若整份记录被重做,只有较早的检查点(E304)、评议票回执(E511)或当时抄下的校验码能够发现",
    "zh-Hant": "無第三方副本,由主辦方自行出具;若整份記錄被重做,只有較早的檢查點(E304)、評議票回執(E511)或當時抄下的校驗碼能夠發現",
    en: "self-asserted, no second copy: a record made again as a whole is found only by an older checkpoint (E304), a receipt (E511) or a fingerprint written down at the time",
  },
  W107: {
    "zh-Hans": "没有给出锚点,公证员密钥未与评议卡上的锚点核对",
    "zh-Hant": "沒有給出錨點,公證員密鑰未與評議卡上的錨點核對",
    en: "no anchor given: the notary's keys were not compared",
  },
  W108: {
    "zh-Hans": "彩排 非正式结果",
    "zh-Hant": "彩排 非正式結果",
    en: "rehearsal, not an official result",
  },
  W109: {
    "zh-Hans": "评议卡号码曾以文件形式导出",
    "zh-Hant": "評議卡號碼曾以檔案形式匯出",
    en: "the codes of the cards were exported to a file",
  },
  E201: {
    "zh-Hans": "清单的签名不成立",
    "zh-Hant": "清單的簽名不成立",
    en: "the signature of the manifest is missing or wrong",
  },
  E202: {
    "zh-Hans": "检查点格式不正确",
    "zh-Hant": "檢查點格式不正確",
    en: "a checkpoint is malformed",
  },
  E203: {
    "zh-Hans": "场次标识不一致",
    "zh-Hant": "場次標識不一致",
    en: "the origin differs",
  },
  E204: {
    "zh-Hans": "检查点上的服务器签名不成立",
    "zh-Hant": "檢查點上的伺服器簽名不成立",
    en: "the log's signature on the checkpoint is missing or wrong",
  },
  E205: {
    "zh-Hans": "检查点上的核对签名不足",
    "zh-Hant": "檢查點上的核對簽名不足",
    en: "the checkpoint lacks the witness signatures that the policy asks for",
  },
  E206: {
    "zh-Hans": "历史检查点的签名不成立",
    "zh-Hant": "歷史檢查點的簽名不成立",
    en: "a signature in the history is missing or wrong",
  },
  E207: {
    "zh-Hans": "历史检查点的条目数未依次增大,或与最后的检查点不符",
    "zh-Hant": "歷史檢查點的條目數未依次增大,或與最後的檢查點不符",
    en: "the sizes in the history do not rise to the last one",
  },
  E301: {
    "zh-Hans": "记录条目文件无法读出",
    "zh-Hant": "記錄條目檔案無法讀出",
    en: "the entry tiles cannot be split into entries",
  },
  E302: {
    "zh-Hans": "记录条目数与检查点不符",
    "zh-Hant": "記錄條目數與檢查點不符",
    en: "the number of entries differs from the checkpoint",
  },
  E303: {
    "zh-Hans": "由全部条目算出的根与检查点不符",
    "zh-Hant": "由全部條目算出的根與檢查點不符",
    en: "the root computed from the entries differs from the checkpoint",
  },
  E304: {
    "zh-Hans": "历史检查点不是本记录的前段",
    "zh-Hant": "歷史檢查點不是本記錄的前段",
    en: "a checkpoint in the history is not a prefix of this record",
  },
  E305: {
    "zh-Hans": "散列文件与条目不符",
    "zh-Hant": "雜湊檔案與條目不符",
    en: "a hash tile differs from the entries",
  },
  E306: {
    "zh-Hans": "记录条目格式不正确",
    "zh-Hant": "記錄條目格式不正確",
    en: "an entry is malformed",
  },
  E401: {
    "zh-Hans": "首条记录不符,或条目缺少应有的签名",
    "zh-Hant": "首條記錄不符,或條目缺少應有的簽名",
    en: "the session entry is wrong, or an entry lacks its signers",
  },
  E402: {
    "zh-Hans": "清零确认缺失或不符",
    "zh-Hant": "清零確認缺失或不符",
    en: "the zero confirmation is missing or wrong",
  },
  E403: {
    "zh-Hans": "轮次顺序、开放时段、延时或条目位置不符",
    "zh-Hant": "輪次順序、開放時段、延時或條目位置不符",
    en: "an act stands where it may not (round order, window, extension)",
  },
  E404: {
    "zh-Hans": "卡册的根或张数不符",
    "zh-Hant": "卡冊的根或張數不符",
    en: "the root or the count of a roll is wrong",
  },
  E405: {
    "zh-Hans": "卡册未排序、有重复或含不合格密钥",
    "zh-Hant": "卡冊未排序、有重複或含不合格密鑰",
    en: "a roll is not sorted, unique and of prime-order keys",
  },
  E406: {
    "zh-Hans": "两份卡册含有同一密钥",
    "zh-Hant": "兩份卡冊含有同一密鑰",
    en: "two rolls hold the same key",
  },
  E411: {
    "zh-Hans": "评议票在开放时段之外",
    "zh-Hant": "評議票在開放時段之外",
    en: "a ballot stands outside its window",
  },
  E412: {
    "zh-Hans": "密钥不在卡册上",
    "zh-Hant": "密鑰不在卡冊上",
    en: "a key is not on the roll",
  },
  E413: {
    "zh-Hans": "评议卡已作废",
    "zh-Hant": "評議卡已作廢",
    en: "the card is void",
  },
  E414: {
    "zh-Hans": "评议票的次序号不符",
    "zh-Hant": "評議票的次序號不符",
    en: "the counter of a ballot is wrong",
  },
  E415: {
    "zh-Hans": "评议票或签到的签名不成立",
    "zh-Hant": "評議票或簽到的簽名不成立",
    en: "the signature of a ballot or check-in is wrong",
  },
  E416: {
    "zh-Hans": "同一条目重复出现",
    "zh-Hant": "同一條目重複出現",
    en: "the same ballot or check-in stands twice",
  },
  E421: {
    "zh-Hans": "计票所需的开启值缺失或多余",
    "zh-Hant": "計票所需的開啟值缺失或多餘",
    en: "an opening is missing or does not belong there",
  },
  E422: {
    "zh-Hans": "开启值与承诺不符",
    "zh-Hant": "開啟值與承諾不符",
    en: "an opening does not fit its commitment",
  },
  E423: {
    "zh-Hans": "评议票内容不符合填写规则",
    "zh-Hant": "評議票內容不符合填寫規則",
    en: "a choice does not fit the grammar of its round",
  },
  E424: {
    "zh-Hans": "抽验卡的评议票与事先封存的内容不符",
    "zh-Hant": "抽驗卡的評議票與事先封存的內容不符",
    en: "the ballot of an audit card is not what was fixed before the round",
  },
  E451: {
    "zh-Hans": "计票数或应到、实到、发出、收回不符",
    "zh-Hant": "計票數或應到、實到、發出、收回不符",
    en: "the tally or the accounting identity is wrong",
  },
  E452: {
    "zh-Hans": "规则不符(权重、填写规则、轮次内容)",
    "zh-Hant": "規則不符(權重、填寫規則、輪次內容)",
    en: "the rules are broken (weights, grammar, content of a round)",
  },
  E453: {
    "zh-Hans": "得分、名次或末位不符",
    "zh-Hant": "得分、名次或末位不符",
    en: "a score, a rank or the bottom is wrong",
  },
  W454: {
    "zh-Hans": "渠道得分在首轮测评开始之后才记入",
    "zh-Hant": "渠道得分在首輪測評開始之後才記入",
    en: "a channel was recorded after the first round had opened",
  },
  E461: {
    "zh-Hans": "核对签名的时间倒退",
    "zh-Hant": "核對簽名的時間倒退",
    en: "the time of a witness goes backwards",
  },
  W462: {
    "zh-Hans": "测评时长与规定不符",
    "zh-Hant": "測評時長與規定不符",
    en: "a window was not open for the time it should have been",
  },
  W463: {
    "zh-Hans": "有一段记录当时没有核对签名",
    "zh-Hant": "有一段記錄當時沒有核對簽名",
    en: "a stretch of the record was not witnessed at the time",
  },
  W464: {
    "zh-Hans": "一批评议票少于规定的最少张数",
    "zh-Hant": "一批評議票少於規定的最少張數",
    en: "a batch holds fewer ballots than the rules ask for",
  },
  W471: {
    "zh-Hans": "公开数据含有票数过少或全部相同的分项",
    "zh-Hant": "公開資料含有票數過少或全部相同的分項",
    en: "a public figure stands on few ballots or on ballots all alike",
  },
  W472: {
    "zh-Hans": "公开数据可由相减推出未公开的分项",
    "zh-Hant": "公開資料可由相減推出未公開的分項",
    en: "a figure that is left out follows by subtraction",
  },
  E481: {
    "zh-Hans": "记录没有封存,或封存条目不符",
    "zh-Hant": "記錄沒有封存,或封存條目不符",
    en: "the record is not sealed, or the seal is wrong",
  },
  E482: {
    "zh-Hans": "封存时的核对签名不足",
    "zh-Hant": "封存時的核對簽名不足",
    en: "the seal lacks the witness signatures that the policy asks for",
  },
  E502: {
    "zh-Hans": "时间戳不符",
    "zh-Hant": "時間戳不符",
    en: "a timestamp is wrong",
  },
  E511: {
    "zh-Hans": "所交回执不在本记录中",
    "zh-Hant": "所交回執不在本記錄中",
    en: "a receipt that was handed in is not in this log",
  },
};
